package cairn.appliance.attachment;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.attachment.AttachmentReport.Facts;
import cairn.appliance.attachment.AttachmentReport.Standing;
import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.Attachment.Held;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Capacity;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Fault;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.machine.DeviceReader;
import cairn.appliance.machine.MachinePhase;
import cairn.appliance.machine.ReadyDevice;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Plugs devices into running machines and takes them out again. */
public final class AttachmentReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "attachment",
          ResourceNames.ATTACHMENTS,
          Optional.of(Finalizers.ATTACHMENT_CLEANUP),
          List.of(
              new Waker(
                  ResourceNames.MACHINES,
                  "its machine",
                  (machine, others) ->
                      keys(Attachment.toMachine(machine.namespace(), machine.name(), others))),
              new Waker(ResourceNames.DISKS, "its device", AttachmentReconciler::ofDevice),
              new Waker(ResourceNames.IMAGES, "its device", AttachmentReconciler::ofDevice),
              new Waker(ResourceNames.CLUSTER_IMAGES, "its device", AttachmentReconciler::ofDevice),
              new Waker(
                  ResourceNames.ATTACHMENTS,
                  "others of its device or its machine",
                  AttachmentReconciler::beside)),
          Set.of(
              new Write(ResourceNames.ATTACHMENTS, Aspect.STATUS),
              new Write(ResourceNames.ATTACHMENTS, Aspect.PRIVATE),
              new Write(ResourceNames.DISKS, Aspect.PRIVATE),
              new Write(ResourceNames.IMAGES, Aspect.PRIVATE),
              new Write(ResourceNames.CLUSTER_IMAGES, Aspect.PRIVATE)),
          List.of("hypervisor events"));

  /** How often a guest is asked again for what it does not let go of; its doing so is told. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  /** No machine has this uid. */
  private static final UUID NOBODY = new UUID(0, 0);

  private static final Duration WITHOUT_DAEMON = Duration.ofSeconds(1);

  private final Resources resources;
  private final DeviceReader devices;
  private final Plugging plugging;
  private final EventRecorder events;
  private final Clock clock;

  public AttachmentReconciler(
      Resources resources,
      DeviceReader devices,
      Hypervisor hypervisor,
      EventRecorder events,
      Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.devices = requireNonNull(devices, "devices is null");
    this.plugging = new Plugging(resources, hypervisor);
    this.events = requireNonNull(events, "events is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** The attachments to a machine, for what happens on the host. */
  public static List<Key> toMachine(Key machine, ResourceReader resources) {
    return keys(Attachment.toMachine(machine.namespace(), machine.name(), resources));
  }

  private static List<Key> ofDevice(Resource device, ResourceReader others) {
    return others
        .mentioning(device.name(), new Selection(ResourceNames.ATTACHMENTS, device.namespace(), ""))
        .stream()
        .map(Attachment::of)
        .filter(each ->
            each.device()
                .filter(ref -> ref.key(each.key().namespace()).equals(device.key()))
                .isPresent())
        .map(Attachment::key)
        .toList();
  }

  /** One that goes makes room for others: its device, or a place of its machine. */
  private static Collection<Key> beside(Resource changed, ResourceReader others) {
    Attachment it = Attachment.of(changed);
    String namespace = it.key().namespace();
    Set<Key> keys = new LinkedHashSet<>();
    it.device().ifPresent(ref -> keys.addAll(keys(Attachment.ofDevice(namespace, ref, others))));
    keys.addAll(keys(Attachment.toMachine(namespace, it.machine(), others)));
    keys.remove(it.key());
    return keys;
  }

  private static List<Key> keys(List<Attachment> attachments) {
    return attachments.stream().map(Attachment::key).toList();
  }

  @Override
  public Outcome reconcile(Resource resource) {
    return withHost(() -> pass(resource));
  }

  private Outcome pass(Resource resource) {
    Attachment attachment = Attachment.of(resource);
    Optional<BlockDeviceRef> named = attachment.device();
    if (named.isEmpty()) {
      return Outcome.SETTLED;
    }
    BlockDeviceRef ref = named.get();
    Optional<Resource> machine = machine(attachment);
    if (attachment.held().filter(held -> !standsFor(held, attachment, ref)).isPresent()) {
      return retract(resource, attachment);
    }
    JsonNode document =
        machine.<JsonNode>map(Resource::document).orElse(JsonNodeFactory.instance.missingNode());
    Optional<String> conflict =
        Conflict.of(
            attachment,
            ref,
            Attachment.ofDevice(attachment.key().namespace(), ref, resources),
            document);
    DeviceReader.Standing device =
        devices.of(attachment.key().namespace(), machine.map(Resource::uid).orElse(NOBODY), ref);
    Facts facts = facts(attachment, machine, device);
    if (conflict.isPresent()) {
      return conflict(resource, attachment, conflict.get(), facts);
    }
    if (attachment.held().filter(plugging::isIn).isPresent()) {
      write(resource, new Standing.Attached(), facts);
      return Outcome.SETTLED;
    }
    return attach(resource, ref, machine, device, facts);
  }

  private Optional<Resource> machine(Attachment attachment) {
    return resources.get(attachment.machineKey());
  }

  /** Whether the machine and the device are still those that it was plugged into and was. */
  private boolean standsFor(Held held, Attachment attachment, BlockDeviceRef ref) {
    boolean device =
        resources
            .get(ref.key(attachment.key().namespace()))
            .filter(found -> found.uid().equals(held.device()))
            .isPresent();
    return device
        && machine(attachment).filter(found -> found.uid().equals(held.machine())).isPresent();
  }

  private Facts facts(
      Attachment attachment, Optional<Resource> machine, DeviceReader.Standing device) {
    Optional<String> notReady =
        device instanceof DeviceReader.Standing.NotReady not
            ? Optional.of(not.message())
            : Optional.empty();
    if (machine.isEmpty()) {
      return new Facts(
          notReady,
          Optional.of("Machine \"%s\" does not exist.".formatted(attachment.machine())),
          false,
          OptionalInt.empty());
    }
    MachinePhase phase = MachinePhase.of(machine.get());
    boolean resting =
        phase == MachinePhase.STARTING
            || phase == MachinePhase.STOPPING
            || phase == MachinePhase.STOPPED;
    return new Facts(
        notReady,
        phase == MachinePhase.RUNNING
            ? Optional.empty()
            : Optional.of(
                "Machine \"%s\" is %s, not Running.".formatted(attachment.machine(), phase.word())),
        resting,
        OptionalInt.of(
            Capacity.taken(
                attachment,
                machine.get().document(),
                Attachment.toMachine(
                    attachment.key().namespace(), attachment.machine(), resources))));
  }

  /**
   * Another has the device. If that is the machine's own document, which names it since, the device
   * stays plugged in and is the machine's.
   */
  private Outcome conflict(Resource resource, Attachment attachment, String why, Facts facts) {
    attachment.held().ifPresent(_ -> plugging.strikeOut(resource));
    write(resource, new Standing.InConflict(why), facts);
    return Outcome.SETTLED;
  }

  private Outcome attach(
      Resource resource,
      BlockDeviceRef ref,
      Optional<Resource> machine,
      DeviceReader.Standing standing,
      Facts facts) {
    Optional<String> missing = missing(standing, facts);
    if (missing.isEmpty() && machine.isPresent()) {
      missing = plugging.hold(machine.get(), ref);
    }
    if (missing.isPresent()
        || machine.isEmpty()
        || !(standing instanceof DeviceReader.Standing.Ready(ReadyDevice device))) {
      String why = missing.orElse("");
      write(resource, new Standing.Waits(why), facts);
      return new Outcome.WaitingFor(why);
    }
    plugging.writeDown(resource, new Held(machine.get().uid(), device.uid()));
    write(resource, new Standing.Sent(), facts);
    return plug(resource, machine.get(), device, facts);
  }

  private static Optional<String> missing(DeviceReader.Standing standing, Facts facts) {
    Optional<String> taken =
        standing instanceof DeviceReader.Standing.Taken it
            ? Optional.of(it.message())
            : Optional.empty();
    boolean full = facts.taken().orElse(0) >= Capacity.MOST;
    return facts
        .device()
        .or(facts::machine)
        .or(() -> taken)
        .or(() -> full ? Optional.of("The machine has no place for it.") : Optional.empty());
  }

  private Outcome plug(Resource resource, Resource machine, ReadyDevice device, Facts facts) {
    try {
      plugging.in(machine, device);
    } catch (HypervisorFault fault) {
      if (fault.kind() == HypervisorFault.Kind.TRANSIENT) {
        throw fault;
      }
      return notPlugged(resource, machine, device, facts, fault);
    }
    write(resource, new Standing.Attached(), facts);
    events.normal(
        resource,
        "Attached",
        "%s was attached to machine \"%s\".".formatted(device.ref(), machine.name()));
    return Outcome.SETTLED;
  }

  /** Nothing is held for what did not come about. */
  private Outcome notPlugged(
      Resource resource, Resource machine, ReadyDevice device, Facts facts, HypervisorFault fault) {
    Held held = new Held(machine.uid(), device.uid());
    plugging.giveBack(Attachment.of(resource), held, device.ref());
    plugging.strikeOut(resource);
    String why = String.valueOf(fault.getMessage());
    if (fault.kind() == HypervisorFault.Kind.MISSING) {
      // The instance ended; the machine says so in a moment, and wakes this.
      write(resource, new Standing.Waits(why), facts);
      return new Outcome.WaitingFor(why);
    }
    write(resource, new Standing.Refused(why), facts);
    events.warning(resource, "Failed", why);
    return new Outcome.Failed(new Fault.Transient(fault.reason(), why, Optional.of(fault)));
  }

  @Override
  public Outcome release(Resource resource) {
    return withHost(() -> {
      Attachment attachment = Attachment.of(resource);
      if (isOut(attachment)) {
        return Outcome.SETTLED;
      }
      tellOfDetaching(resource, attachment);
      return new Outcome.LookAgain(ASK_AGAIN);
    });
  }

  /** Nobody can be told of it any more. */
  @Override
  public Outcome bury(Resource last) {
    return withHost(
        () -> isOut(Attachment.of(last)) ? Outcome.SETTLED : new Outcome.LookAgain(ASK_AGAIN));
  }

  private boolean isOut(Attachment attachment) {
    return attachment.held().isEmpty() || plugging.out(attachment, attachment.held().get());
  }

  private void tellOfDetaching(Resource resource, Attachment attachment) {
    Optional<Resource> machine = machine(attachment);
    DeviceReader.Standing device =
        attachment
            .device()
            .map(ref ->
                devices.of(
                    attachment.key().namespace(), machine.map(Resource::uid).orElse(NOBODY), ref))
            .orElse(new DeviceReader.Standing.NotReady("There is no device."));
    write(
        resource,
        new Standing.Detaching("The guest has not let go of the device yet."),
        facts(attachment, machine, device));
  }

  /** What it was plugged into or was is another by now: out with it, and anew. */
  private Outcome retract(Resource resource, Attachment attachment) {
    if (!isOut(attachment)) {
      return new Outcome.LookAgain(ASK_AGAIN);
    }
    plugging.strikeOut(resource);
    return new Outcome.LookAgain(Duration.ZERO);
  }

  private void write(Resource resource, Standing standing, Facts facts) {
    Resource fresh = resources.get(resource.key()).orElse(resource);
    ObjectNode status =
        AttachmentReport.of(
            fresh, Attachment.of(resource).machine(), standing, facts, clock.instant());
    resources.updateStatus(
        resource,
        object -> {
          object.document().set("status", status);
          return object;
        });
  }

  private interface Pass {
    Outcome go();
  }

  /** A daemon that is away is soon back: there is nothing to back off from. */
  private static Outcome withHost(Pass pass) {
    try {
      return pass.go();
    } catch (HypervisorFault fault) {
      return fault.kind() == HypervisorFault.Kind.TRANSIENT
          ? new Outcome.LookAgain(WITHOUT_DAEMON)
          : new Outcome.Failed(
              new Fault.Transient(
                  fault.reason(), String.valueOf(fault.getMessage()), Optional.of(fault)));
    }
  }
}
