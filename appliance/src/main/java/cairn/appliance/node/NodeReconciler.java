package cairn.appliance.node;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.placement.HostRoom;
import cairn.appliance.placement.NodeView;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.HypervisorFault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Keeps the Node telling the truth, and tells those who wait for it when it changed. */
public final class NodeReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "node",
          ResourceNames.NODES,
          Optional.empty(),
          List.of(),
          Set.of(
              new Write(ResourceNames.NODES, Aspect.STATUS),
              new Write(ResourceNames.NODES, Aspect.METADATA)),
          List.of("time"));

  /** What changes by itself (memory, room) is looked at this often. */
  private static final Duration LOOK = Duration.ofSeconds(20);

  private final Resources resources;
  private final NodeFacts facts;
  private final Supplier<HostCapabilities> capabilities;
  private final HostRoom room;
  private final Supplier<HostMemory> memory;
  private final Clock clock;
  private final AtomicReference<Optional<NodeView>> last = new AtomicReference<>(Optional.empty());

  /**
   * @param capabilities may throw while the hypervisor is away
   */
  public NodeReconciler(
      Resources resources,
      NodeFacts facts,
      Supplier<HostCapabilities> capabilities,
      HostRoom room,
      Supplier<HostMemory> memory,
      Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.facts = requireNonNull(facts, "facts is null");
    this.capabilities = requireNonNull(capabilities, "capabilities is null");
    this.room = requireNonNull(room, "room is null");
    this.memory = requireNonNull(memory, "memory is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource node) {
    if (!node.name().equals(facts.name())) {
      return Outcome.SETTLED;
    }
    label(node);
    NodeReport.Present present = new NodeReport.Present(room.usage(), memory.get());
    resources.updateStatus(
        node,
        object -> {
          object
              .document()
              .set(
                  "status",
                  NodeReport.of(object.document(), facts, Optional.of(present), clock.instant()));
          return object;
        });
    Optional<NodeView> view =
        resources.get(node.key()).map(fresh -> NodeView.read(fresh.document()));
    if (!view.equals(last.getAndSet(view))) {
      room.reconsider();
    }
    return new Outcome.LookAgain(LOOK);
  }

  @Override
  public Outcome release(Resource node) {
    return Outcome.SETTLED;
  }

  private void label(Resource node) {
    Map<String, String> labels = new TreeMap<>(facts.labels());
    try {
      labels.putAll(NodeLabels.of(capabilities.get()));
    } catch (HypervisorFault away) {
      // What it told before stays true until it tells something else.
      return;
    }
    resources.amend(
        node,
        object -> {
          NodeLabels.write(object.document().withObject("/metadata").withObject("labels"), labels);
          return object;
        });
  }
}
