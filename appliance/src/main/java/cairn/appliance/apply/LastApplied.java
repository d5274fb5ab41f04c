package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The annotation in which kubectl keeps what it applied by itself. When the same kubectl goes over
 * to having it applied by the server, its own former values are no conflict; and while the
 * annotation is there it is kept true, so that it can go back.
 *
 * @param sent the configuration as it came
 * @param last what the annotation of the live document says, as its kind stores it
 */
public record LastApplied(ObjectNode sent, Optional<ObjectNode> last) {

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

  /** The writer whose habits these are. */
  private static final String KUBECTL = "kubectl";

  /** As Kubernetes limits all annotations together. */
  private static final int MOST_BYTES = 256 * 1024;

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  public LastApplied {
    requireNonNull(sent, "sent is null");
    requireNonNull(last, "last is null");
  }

  /** Whether the annotation means anything to this writer. */
  public static boolean concerns(String writer) {
    return writer.equals(KUBECTL);
  }

  /** What the annotation of a document says. */
  public static Optional<ObjectNode> read(ObjectNode live) {
    String text = live.path("metadata").path("annotations").path(ANNOTATION).asString("");
    try {
      return SORTED.readTree(text) instanceof ObjectNode document
          ? Optional.of(document)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /**
   * The fields that kubectl set itself and nobody changed since, in the words of {@code asked}.
   *
   * @param given the version of {@code live}; what was last applied in another one excuses nothing
   */
  FieldSet excused(Versions versions, ObjectNode live, String given, String asked) {
    return last.filter(document -> document.path("apiVersion").asString("").equals(given))
        .flatMap(document -> new Step(versions, given, document, live).in(asked))
        .map(seen -> Fields.of(seen.type(), seen.old()).minus(seen.changes().places()))
        .orElse(FieldSet.EMPTY);
  }

  /** Keeps the annotation of a document true, in place, if it has one. */
  void refresh(ObjectNode document) {
    if (!(document.path("metadata").path("annotations") instanceof ObjectNode annotations)
        || annotations.path(ANNOTATION).asString("").isEmpty()) {
      return;
    }
    ObjectNode kept = sent.deepCopy();
    if (kept.path("metadata").path("annotations") instanceof ObjectNode own) {
      own.remove(ANNOTATION);
    }
    annotations.put(ANNOTATION, SORTED.writeValueAsString(kept) + "\n");
    if (annotations.toString().length() > MOST_BYTES) {
      annotations.remove(ANNOTATION);
    }
  }
}
