package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.placement.NodeView;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.hypervisor.HostCapabilities;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds classes against this host, and keeps those that machines name. */
public final class ClassReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "class",
          ResourceNames.CLASSES,
          // The platform gives classes the machines' finalizer; clients know it by that name.
          Optional.of(Finalizers.MACHINE_CLEANUP),
          List.of(
              new Waker(
                  ResourceNames.MACHINES,
                  "the machines that name it",
                  Heed.WHAT_IS_WANTED,
                  (machine, _) ->
                      List.of(
                          new Key(
                              ResourceNames.CLASSES,
                              "",
                              machine
                                  .document()
                                  .path("spec")
                                  .path("virtualMachineClassName")
                                  .asString("")))),
              new Waker(
                  ResourceNames.NODES,
                  "the node, for all of them",
                  (_, others) ->
                      others.list(new Selection(ResourceNames.CLASSES, "", "")).stream()
                          .map(Resource::key)
                          .toList())),
          Set.of(
              new Write(ResourceNames.CLASSES, Aspect.STATUS),
              new Write(ResourceNames.CLASSES, Aspect.PRIVATE)),
          List.of());

  private final Resources resources;
  private final Supplier<HostCapabilities> capabilities;
  private final NodeFacts facts;
  private final EventRecorder events;
  private final Clock clock;

  public ClassReconciler(
      Resources resources,
      Supplier<HostCapabilities> capabilities,
      NodeFacts facts,
      EventRecorder events,
      Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.capabilities = requireNonNull(capabilities, "capabilities is null");
    this.facts = requireNonNull(facts, "facts is null");
    this.events = requireNonNull(events, "events is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource machineClass) {
    look(machineClass, List.of());
    return Outcome.SETTLED;
  }

  @Override
  public Outcome release(Resource machineClass) {
    List<String> users =
        resources.list(new Selection(ResourceNames.MACHINES, "", "")).stream()
            .filter(machine -> names(machine, machineClass.name()))
            .map(machine -> machine.namespace() + "/" + machine.name())
            .toList();
    if (users.isEmpty()) {
      return Outcome.SETTLED;
    }
    look(machineClass, users);
    return new Outcome.WaitingFor("machines of class " + machineClass.name() + ": " + users);
  }

  private void look(Resource machineClass, List<String> users) {
    JsonNode spec = machineClass.document().path("spec");
    HostCapabilities host = capabilities.get();
    NodeView node = node();
    ClassMemory before = ClassMemory.read(machineClass.privateDocument());
    List<String> discovered =
        before.discovered().isEmpty() ? ClassCpu.discover(spec, host, node) : before.discovered();
    ClassCpu cpu = ClassCpu.of(spec, discovered, host, node);
    List<String> nodes =
        cpu instanceof ClassCpu.Fits && ClassCpu.selects(spec, node)
            ? List.of(node.name())
            : List.of();
    ClassMemory now = new ClassMemory(discovered, true, spec.path("sizingPolicies"), nodes);
    if (!now.equals(before)) {
      // What was found first is kept before anybody can rely on it.
      resources.amend(
          machineClass,
          object -> {
            now.writeTo(object.privateDocument());
            return object;
          });
      tell(machineClass, before, now);
    }
    write(
        machineClass,
        ClassReport.of(
            machineClass,
            new ClassReport.Found(cpu, !discovered.isEmpty(), nodes, facts.budget(), users),
            clock.instant()));
  }

  private void tell(Resource machineClass, ClassMemory before, ClassMemory now) {
    if (before.seen() && !before.policies().equals(now.policies())) {
      events.normal(machineClass, "SizingPoliciesWereChanged", "The sizing policies were changed.");
    }
    if (before.seen() && !before.nodes().equals(now.nodes())) {
      events.normal(
          machineClass,
          "NodesWereUpdated",
          "The nodes that fit are now: %s."
              .formatted(now.nodes().isEmpty() ? "none" : String.join(", ", now.nodes())));
    }
    boolean emptied = now.nodes().isEmpty() && (!before.seen() || !before.nodes().isEmpty());
    if (emptied) {
      events.warning(
          machineClass, "AvailableNodesListEmpty", "No node fits: no machine of it can start.");
    }
  }

  private NodeView node() {
    return resources
        .get(new Key(ResourceNames.NODES, "", facts.name()))
        .map(found -> NodeView.read(found.document()))
        .orElseGet(() -> new NodeView(facts.name(), facts.labels(), List.of()));
  }

  private static boolean names(Resource machine, String machineClass) {
    return machine
        .document()
        .path("spec")
        .path("virtualMachineClassName")
        .asString("")
        .equals(machineClass);
  }

  private void write(Resource machineClass, ObjectNode status) {
    resources.updateStatus(
        machineClass,
        object -> {
          object.document().set("status", status);
          return object;
        });
  }
}
