package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A change to an object.
 *
 * @param change an object, or for {@link Type#JSON} an array of operations
 * @param duplicateFields paths of fields that stood more than once; the last value won
 */
public record Patch(Type type, JsonNode change, List<String> duplicateFields) {

  /** How the change is written down. */
  public enum Type {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC_MERGE("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    Type(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }

    /** The forms of changes to objects of that kind. */
    public static List<Type> taken(Kind kind) {
      return kind.ofKubernetes()
          ? List.of(JSON, MERGE, STRATEGIC_MERGE, APPLY)
          : List.of(JSON, MERGE, APPLY);
    }

    /** By media type without parameters. */
    public static Optional<Type> of(String mediaType) {
      return Arrays.stream(values()).filter(type -> type.mediaType.equals(mediaType)).findFirst();
    }
  }

  public Patch {
    requireNonNull(type, "type is null");
    requireNonNull(change, "change is null");
    duplicateFields = List.copyOf(duplicateFields);
  }

  public Patch(Type type, JsonNode change) {
    this(type, change, List.of());
  }

  /**
   * Reads a patch written in JSON.
   *
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} if it is not JSON
   */
  public static Patch json(Type type, byte[] bytes) {
    List<String> duplicates = new ArrayList<>();
    JsonNode change = JsonBody.tree(bytes, duplicates);
    return new Patch(type, change, duplicates);
  }
}
