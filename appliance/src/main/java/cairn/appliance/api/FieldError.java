package cairn.appliance.api;

import static java.util.Objects.requireNonNull;

/**
 * One thing wrong with one field of a document.
 *
 * @param path from the document's root as people write it: {@code spec.blockDeviceRefs[0].name}
 * @param cause what kind of wrong
 * @param message the sentence without the path, in Kubernetes' wording
 */
public record FieldError(String path, Cause cause, String message) {

  public FieldError {
    requireNonNull(path, "path is null");
    requireNonNull(cause, "cause is null");
    requireNonNull(message, "message is null");
  }

  /** Cause words of the Kubernetes {@code Status} kind. */
  public enum Cause {
    REQUIRED("FieldValueRequired"),
    INVALID("FieldValueInvalid"),
    NOT_SUPPORTED("FieldValueNotSupported"),
    TYPE_INVALID("FieldValueTypeInvalid"),
    FORBIDDEN("FieldValueForbidden"),
    DUPLICATE("FieldValueDuplicate"),
    TOO_LONG("FieldValueTooLong"),
    TOO_MANY("FieldValueTooMany"),
    FIELD_MANAGER_CONFLICT("FieldManagerConflict"),
    NAMESPACE_TERMINATING("NamespaceTerminating"),
    RESOURCE_VERSION_TOO_LARGE("ResourceVersionTooLarge");

    private final String word;

    Cause(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
