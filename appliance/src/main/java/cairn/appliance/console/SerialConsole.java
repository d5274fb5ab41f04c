package cairn.appliance.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.server.StreamEndpoint;
import cairn.appliance.store.Key;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The serial console of virtual machines, {@code virtualmachines/NAME/console}. Any thread.
 *
 * <p>A machine that does not run is refused with code 500 and the words "VirtualMachine is not
 * Running": clients of the platform look for them, show a spinner and come back. A newcomer takes
 * the console over; the one before is told so by close code 1001 and a Warning event on the
 * machine.
 */
public final class SerialConsole implements StreamEndpoint {

  static final String MACHINES = "virtualmachines.virtualization.deckhouse.io";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_CLIENT = 128;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ResourceReader resources;
  private final Hypervisor hypervisor;
  private final EventRecorder events;
  private final InstantSource clock;
  private final Map<MachineId, SerialSession> sessions = new ConcurrentHashMap<>();

  public SerialConsole(
      ResourceReader resources, Hypervisor hypervisor, EventRecorder events, InstantSource clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
    this.events = requireNonNull(events, "events is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public String group() {
    return "subresources.virtualization.deckhouse.io";
  }

  @Override
  public String version() {
    return "v1alpha2";
  }

  @Override
  public String plural() {
    return "virtualmachines";
  }

  @Override
  public String subresource() {
    return "console";
  }

  @Override
  public Connected open(Call call) {
    Resource machine = machine(call);
    if (!machine.document().path("status").path("phase").asString("").equals("Running")) {
      throw notRunning();
    }
    MachineId id = new MachineId(machine.uid());
    SerialSession session =
        new SerialSession(
            call.caller().name(), shortened(call.userAgent()), clock.instant(), this::left, id);
    SerialSession before = sessions.put(id, session);
    if (before != null) {
      before.takeOver();
      events.warning(
          machine,
          "ConsoleSessionPreempted",
          "The serial console was taken over from %s by %s."
              .formatted(before.holder(), session.holder()));
    }
    try {
      session.attach(hypervisor.openSerial(id, PATIENCE));
    } catch (HypervisorFault e) {
      left(id, session);
      throw notRunning();
    }
    return session;
  }

  @Override
  public byte[] probe(Call call) {
    Resource machine = machine(call);
    ObjectNode answer = JSON.createObjectNode();
    SerialSession session = sessions.get(new MachineId(machine.uid()));
    if (session != null) {
      answer.put("holder", session.holder());
      answer.put("startTime", session.since().truncatedTo(ChronoUnit.SECONDS).toString());
      answer.put("client", session.client());
    }
    return answer.toString().getBytes(UTF_8);
  }

  private void left(MachineId machine, SerialSession session) {
    sessions.remove(machine, session);
  }

  private Resource machine(Call call) {
    return resources
        .get(new Key(MACHINES, call.namespace(), call.name()))
        .orElseThrow(() ->
            new Refusal(
                Reason.NOT_FOUND,
                "%s \"%s\" not found".formatted(MACHINES, call.name()),
                new Refusal.Subject("virtualization.deckhouse.io", "virtualmachines", call.name()),
                java.util.List.of()));
  }

  private static Refusal notRunning() {
    return new Refusal(
        Reason.INTERNAL_ERROR, "Internal error occurred: VirtualMachine is not Running");
  }

  private static String shortened(String client) {
    return client.length() <= LONGEST_CLIENT ? client : client.substring(0, LONGEST_CLIENT);
  }
}
