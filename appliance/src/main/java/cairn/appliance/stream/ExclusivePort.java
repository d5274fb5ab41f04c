package cairn.appliance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Refusal;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.server.StreamEndpoint;
import cairn.hypervisor.GuestStream;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A port of virtual machines that one client at a time has: {@code virtualmachines/NAME/console}
 * and {@code virtualmachines/NAME/vnc}. Any thread.
 *
 * <p>A newcomer takes the port over; the one before is told so by close code 1001 and a Warning
 * event on the machine. Who holds it is known to this process only: its end drops the connection,
 * and so the holder.
 */
public final class ExclusivePort implements StreamEndpoint {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int LONGEST_CLIENT = 128;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Kind kind;
  private final StreamedMachines machines;
  private final Function<MachineId, GuestStream> opening;
  private final EventRecorder events;
  private final InstantSource clock;
  private final Map<MachineId, ExclusiveSession> sessions = new ConcurrentHashMap<>();

  /** Words of the platform for one port. */
  private enum Kind {
    CONSOLE("console", "ConsoleSessionPreempted", "serial console"),
    VNC("vnc", "VNCSessionPreempted", "screen");

    private final String subresource;
    private final String preempted;
    private final String words;

    Kind(String subresource, String preempted, String words) {
      this.subresource = subresource;
      this.preempted = preempted;
      this.words = words;
    }
  }

  private ExclusivePort(
      Kind kind,
      ResourceReader resources,
      Function<MachineId, GuestStream> opening,
      EventRecorder events,
      InstantSource clock) {
    this.kind = kind;
    this.machines = new StreamedMachines(resources);
    this.opening = opening;
    this.events = requireNonNull(events, "events is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** The first serial port. */
  public static ExclusivePort console(
      ResourceReader resources, Hypervisor hypervisor, EventRecorder events, InstantSource clock) {
    return new ExclusivePort(
        Kind.CONSOLE, resources, id -> hypervisor.openSerial(id, PATIENCE), events, clock);
  }

  /** The screen, in RFB, the protocol of VNC. */
  public static ExclusivePort screen(
      ResourceReader resources, Hypervisor hypervisor, EventRecorder events, InstantSource clock) {
    return new ExclusivePort(Kind.VNC, resources, hypervisor::openScreen, events, clock);
  }

  @Override
  public String group() {
    return StreamedMachines.GROUP;
  }

  @Override
  public String version() {
    return StreamedMachines.VERSION;
  }

  @Override
  public String plural() {
    return StreamedMachines.PLURAL;
  }

  @Override
  public String subresource() {
    return kind.subresource;
  }

  @Override
  public Connected open(Call call) {
    Resource machine = machines.running(call);
    MachineId id = new MachineId(machine.uid());
    ExclusiveSession session =
        new ExclusiveSession(
            call.caller().name(), shortened(call.userAgent()), clock.instant(), this::left, id);
    ExclusiveSession before = sessions.put(id, session);
    if (before != null) {
      before.takeOver();
      events.warning(
          machine,
          kind.preempted,
          "The %s was taken over from %s by %s."
              .formatted(kind.words, before.holder(), session.holder()));
    }
    try {
      session.attach(opening.apply(id));
    } catch (HypervisorFault e) {
      left(id, session);
      throw refusal(e);
    }
    return session;
  }

  @Override
  public byte[] probe(Call call) {
    Resource machine = machines.find(call);
    ObjectNode answer = JSON.createObjectNode();
    ExclusiveSession session = sessions.get(new MachineId(machine.uid()));
    if (session != null) {
      answer.put("holder", session.holder());
      answer.put("startTime", session.since().truncatedTo(ChronoUnit.SECONDS).toString());
      answer.put("client", session.client());
    }
    return answer.toString().getBytes(UTF_8);
  }

  private void left(MachineId machine, ExclusiveSession session) {
    sessions.remove(machine, session);
  }

  private static Refusal refusal(HypervisorFault fault) {
    return StreamedMachines.failed(
        switch (fault.kind()) {
          case MISSING -> StreamedMachines.NOT_RUNNING;
          case REJECTED, EXHAUSTED, TRANSIENT, BROKEN -> String.valueOf(fault.getMessage());
        });
  }

  private static String shortened(String client) {
    return client.length() <= LONGEST_CLIENT ? client : client.substring(0, LONGEST_CLIENT);
  }
}
