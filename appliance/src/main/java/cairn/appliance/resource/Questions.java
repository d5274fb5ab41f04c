package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Refusal;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Schemas;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads documents that are answered at once and never stored, such as reviews of access, with the
 * same care as those that are. Any thread.
 */
public final class Questions {

  private final Schemas schemas;

  Questions(Schemas schemas) {
    this.schemas = requireNonNull(schemas, "schemas is null");
  }

  /**
   * A document without unknown fields, with defaults.
   *
   * @param warnings for who asked
   */
  public record Question(ObjectNode document, List<String> warnings) {
    public Question {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * @throws Refusal {@code INVALID} or, for oddities under {@code Strict}, {@code BAD_REQUEST}
   */
  public Question read(Kind kind, Body body, FieldValidation validation) {
    ObjectNode document = body.document();
    document.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    schemas
        .decode(kind, document)
        .ifPresent(why -> {
          throw Refusals.undecodable(kind, why);
        });
    List<String> oddities =
        Stream.concat(
                body.duplicateFields().stream().map(AdmissionChain::duplicate),
                schemas.prune(kind, document).stream().map(AdmissionChain::unknown))
            .toList();
    if (validation == FieldValidation.STRICT && !oddities.isEmpty()) {
      throw Refusals.undecodable(kind, "strict decoding error: " + String.join(", ", oddities));
    }
    schemas.fillDefaults(kind, document);
    List<FieldError> errors = schemas.validate(kind, document, Optional.empty());
    if (!errors.isEmpty()) {
      throw Refusals.invalid(kind, "", errors);
    }
    return new Question(document, validation == FieldValidation.WARN ? oddities : List.of());
  }

  /** Refuses a question that has the right form and yet no answer. */
  public static Refusal invalid(Kind kind, FieldError error) {
    return Refusals.invalid(kind, "", List.of(error));
  }
}
