package cairn.appliance.namespace;

import cairn.appliance.resource.Admission;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What Namespaces are born with, and that their content holds them. */
public final class NamespaceAdmission implements Admission {

  /** The name as a label, so that selectors can find a namespace by it. */
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private static final Set<String> LASTING = Set.of("default", "kube-system", "d8-virtualization");

  @Override
  public void mutate(Review review) {
    ObjectNode now = review.now();
    if (!hasPlaces(now)) {
      return;
    }
    now.withObject("/metadata/labels")
        .put(NAME_LABEL, now.path("metadata").path("name").asString(""));
    if (review.old().isEmpty()) {
      now.withObject("/spec").putArray("finalizers").add(NamespaceReconciler.CONTENT);
      now.withObject("/status").put("phase", "Active");
    } else {
      // Only emptying the namespace takes it off.
      JsonNode finalizers = review.old().get().path("spec").path("finalizers");
      now.withObject("/spec").set("finalizers", finalizers.deepCopy());
    }
  }

  /** What has a wrong type stays as it is: the schema names it. */
  private static boolean hasPlaces(ObjectNode now) {
    return Stream.of("/metadata", "/metadata/labels", "/spec", "/status")
        .map(now::at)
        .allMatch(place -> place.isMissingNode() || place.isNull() || place.isObject());
  }

  @Override
  public boolean holds(ObjectNode document) {
    return !document.path("spec").path("finalizers").isEmpty();
  }

  @Override
  public void terminating(ObjectNode document) {
    document.withObject("/status").put("phase", "Terminating");
  }

  @Override
  public Optional<String> undeletable(ObjectNode document) {
    return LASTING.contains(document.path("metadata").path("name").asString(""))
        ? Optional.of("this namespace may not be deleted")
        : Optional.empty();
  }
}
