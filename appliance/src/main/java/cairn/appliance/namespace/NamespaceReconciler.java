package cairn.appliance.namespace;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.store.ResourceStore.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;

/** Empties namespaces whose deletion was asked for, and lets them go when they are empty. */
public final class NamespaceReconciler implements Reconciler {

  /** Stands in {@code spec.finalizers} as long as there may be content. */
  static final String CONTENT = "kubernetes";

  public static final Declaration DECLARATION =
      new Declaration(
          "namespace",
          ResourceNames.NAMESPACES,
          Optional.empty(),
          List.of(),
          Set.of(
              new Write(ResourceNames.NAMESPACES, Aspect.STATUS),
              new Write(ResourceNames.NAMESPACES, Aspect.SPEC),
              new Write("everything namespaced", Aspect.DELETE)),
          List.of());

  private static final Duration WHILE_EMPTYING = Duration.ofMillis(250);

  private final Kinds kinds;
  private final Resources resources;

  public NamespaceReconciler(Kinds kinds, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
  }

  @Override
  public Outcome reconcile(Resource namespace) {
    return Outcome.SETTLED;
  }

  @Override
  public Outcome release(Resource namespace) {
    if (namespace.document().path("spec").path("finalizers").isEmpty()) {
      return Outcome.SETTLED;
    }
    boolean content = false;
    for (String resource : namespaced()) {
      content |= askToGo(resource, namespace.name());
    }
    if (content) {
      return new Outcome.LookAgain(WHILE_EMPTYING);
    }
    resources.amend(
        namespace,
        amendable -> {
          if (amendable.document().path("spec").path("finalizers") instanceof ArrayNode holding) {
            holding.removeAll();
          }
          return amendable;
        });
    return Outcome.SETTLED;
  }

  private List<String> namespaced() {
    return kinds.served().stream().filter(Kind::namespaced).map(Kind::storedIn).distinct().toList();
  }

  /** Whether there was anything. */
  private boolean askToGo(String resource, String namespace) {
    List<Resource> content = resources.list(new Selection(resource, namespace, ""));
    for (Resource each : content) {
      if (!each.deleting()) {
        resources.delete(each);
      }
    }
    return !content.isEmpty();
  }
}
