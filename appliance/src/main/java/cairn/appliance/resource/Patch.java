package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A change to an object.
 *
 * @param change an object, or for {@link Type#JSON} an array of operations
 */
public record Patch(Type type, JsonNode change) {

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

    /** By media type without parameters. */
    public static Optional<Type> of(String mediaType) {
      return Arrays.stream(values()).filter(type -> type.mediaType.equals(mediaType)).findFirst();
    }
  }

  public Patch {
    requireNonNull(type, "type is null");
    requireNonNull(change, "change is null");
  }

  /**
   * Reads a patch written in JSON.
   *
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} if it is not JSON
   */
  public static Patch json(Type type, byte[] bytes) {
    return new Patch(type, JsonBody.tree(bytes));
  }
}
