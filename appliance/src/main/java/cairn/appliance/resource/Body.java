package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decoded object as a request carried it.
 *
 * @param document the reader's own copy; the engine may change it
 * @param duplicateFields paths of fields that stood more than once ({@code spec.cpu.cores}); the
 *     last value won
 */
public record Body(ObjectNode document, List<String> duplicateFields) {

  public Body {
    requireNonNull(document, "document is null");
    duplicateFields = List.copyOf(duplicateFields);
  }

  public Body(ObjectNode document) {
    this(document, List.of());
  }

  /**
   * Reads a JSON object.
   *
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} if it is not one
   */
  public static Body json(byte[] bytes) {
    return JsonBody.read(bytes);
  }
}
