package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.resource.Admission.Review;
import cairn.appliance.resource.Admission.Verdict;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** The steps between a decoded document and the store, in the order that binds. */
final class AdmissionChain {

  private final Schemas schemas;
  private final Map<String, Admission> admissions;
  private final Conversions conversions;
  private final ResourceReader others;

  AdmissionChain(
      Schemas schemas,
      Map<String, Admission> admissions,
      Conversions conversions,
      ResourceReader others) {
    this.schemas = schemas;
    this.admissions = Map.copyOf(admissions);
    this.conversions = conversions;
    this.others = others;
  }

  /**
   * A write on its way.
   *
   * @param document the object as it would be; changed in place
   * @param oddities what decoding found and fieldValidation decides about
   * @param misfits refuses the oddities under {@code Strict}
   */
  record Candidate(
      Target target,
      ObjectNode document,
      Optional<ObjectNode> old,
      List<String> oddities,
      Misfits misfits,
      FieldValidation fieldValidation) {

    boolean main() {
      return switch (target.part()) {
        case MAIN, SCALE -> true;
        case STATUS -> false;
      };
    }

    private boolean deleting() {
      return old.isPresent() && Documents.deleting(old.get());
    }
  }

  Conversions conversions() {
    return conversions;
  }

  /**
   * Makes a configuration that somebody applies such as its document is stored, in place: nobody
   * can own what is not kept.
   *
   * @return paths of what is not kept
   */
  List<String> settle(Kind kind, ObjectNode configuration) {
    of(kind).settle(configuration);
    return schemas.prune(kind, configuration);
  }

  /**
   * Reads a document as one of its kind, in place, before anything else looks at it.
   *
   * @return the oddities that were found
   */
  List<String> decode(Kind kind, ObjectNode document, Misfits misfits) {
    List<String> unknown = MetadataForm.normalize(kind, document, misfits);
    schemas
        .decode(kind, document)
        .ifPresent(why -> {
          throw misfits.because(why);
        });
    return unknown.stream().map(AdmissionChain::unknown).toList();
  }

  Admission of(Kind kind) {
    return admissions.getOrDefault(kind.storedIn(), Admission.NONE);
  }

  /**
   * Mutates, prunes, fills in defaults, validates.
   *
   * @return warnings
   */
  List<String> admit(Candidate candidate) {
    Kind kind = candidate.target().kind();
    ObjectNode document = candidate.document();
    Review review = new Review(document, candidate.old(), others);
    if (candidate.main() && !candidate.deleting()) {
      of(kind).mutate(review);
    }
    List<String> oddities =
        Stream.concat(
                candidate.oddities().stream(),
                schemas.prune(kind, document).stream().map(AdmissionChain::unknown))
            .toList();
    if (candidate.fieldValidation() == FieldValidation.STRICT && !oddities.isEmpty()) {
      throw candidate
          .misfits()
          .because("strict decoding error: " + oddities.stream().collect(Collectors.joining(", ")));
    }
    schemas.fillDefaults(kind, document);
    refuse(candidate, form(candidate));
    Verdict verdict =
        candidate.main() && !candidate.deleting() ? of(kind).validate(review) : Verdict.FINE;
    refuse(candidate, verdict.errors());
    List<String> warnings = new ArrayList<>();
    if (candidate.fieldValidation() == FieldValidation.WARN) {
      warnings.addAll(oddities);
    }
    warnings.addAll(verdict.warnings());
    return warnings;
  }

  static String unknown(String path) {
    return "unknown field \"" + path + "\"";
  }

  static String duplicate(String path) {
    return "duplicate field \"" + path + "\"";
  }

  private List<FieldError> form(Candidate candidate) {
    Kind kind = candidate.target().kind();
    List<FieldError> errors = new ArrayList<>(MetadataRules.check(kind, candidate.document()));
    if (candidate.old().isEmpty()) {
      errors.addAll(MetadataRules.checkGenerated(kind, candidate.document()));
    }
    errors.addAll(schemas.validate(kind, candidate.document(), candidate.old()));
    return errors;
  }

  private static void refuse(Candidate candidate, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw Refusals.invalid(
          candidate.target().kind(), Documents.metadata(candidate.document(), "name"), errors);
    }
  }
}
