package cairn.appliance.namespace;

import cairn.appliance.api.Refusal;
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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
  private final Clock clock;

  public NamespaceReconciler(Kinds kinds, Resources resources, Clock clock) {
    this.kinds = kinds;
    this.resources = resources;
    this.clock = clock;
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
    Emptying emptying = new Emptying();
    for (String resource : namespaced()) {
      askToGo(resource, namespace.name(), emptying);
    }
    if (!emptying.isEmpty()) {
      tell(namespace, emptying);
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

  /** Notes what there was, and what is in the way. */
  private void askToGo(String resource, String namespace, Emptying emptying) {
    for (Resource each : resources.list(new Selection(resource, namespace, ""))) {
      try {
        if (!each.deleting()) {
          resources.delete(each);
        }
      } catch (Refusal refusal) {
        emptying.failed(resource + " " + each.name() + ": " + refusal.getMessage());
      }
    }
    for (Resource each : resources.list(new Selection(resource, namespace, ""))) {
      emptying.left(resource, each.document().path("metadata").path("finalizers"));
    }
  }

  private void tell(Resource namespace, Emptying emptying) {
    resources.updateStatus(
        namespace,
        object -> {
          ObjectNode document = object.document();
          document
              .withObject("/status")
              .set("conditions", emptying.conditions(document, clock.instant()));
          return object;
        });
  }
}
