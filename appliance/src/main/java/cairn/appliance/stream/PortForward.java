package cairn.appliance.stream;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.server.StreamEndpoint;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of virtual machines, {@code virtualmachines/NAME/portforward?port=N&protocol=tcp}: a
 * connection from this host to the machine's own address, and to nowhere else. Any thread.
 *
 * <p>The upgrade is answered before the guest is connected to: {@code d8} stops listening for good
 * when one upgrade is refused, while a connection that closes with a reason is that one's trouble.
 * When the instance ends, which no packet tells, its connections are closed.
 */
public final class PortForward implements StreamEndpoint, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PortForward.class);

  private final StreamedMachines machines;
  private final Hypervisor hypervisor;
  private final GuestAddresses addresses;
  private final Hypervisor.Subscription subscription;

  /** Open connections, with the process of the instance they lead to. */
  private final Map<MachineId, Map<ForwardedConnection, OptionalLong>> open =
      new ConcurrentHashMap<>();

  public PortForward(ResourceReader resources, Hypervisor hypervisor, GuestAddresses addresses) {
    this.machines = new StreamedMachines(resources);
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
    this.addresses = requireNonNull(addresses, "addresses is null");
    this.subscription = hypervisor.onChange(this::changed);
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
    return "portforward";
  }

  @Override
  public Connected open(Call call) {
    ForwardRequest asked = ForwardRequest.parse(call.query());
    Resource machine = machines.running(call);
    InetAddress address =
        addresses
            .of(machine.uid())
            .orElseThrow(() ->
                StreamedMachines.failed("the VirtualMachine has no address on its network yet"));
    MachineId id = new MachineId(machine.uid());
    OptionalLong instance = instanceNow(id);
    InetSocketAddress target = new InetSocketAddress(address, asked.port());
    ForwardedConnection connection =
        switch (asked.protocol()) {
          case TCP -> new TcpConnection(target, it -> left(id, it));
          case UDP -> new UdpConnection(target, it -> left(id, it));
        };
    open.compute(
        id,
        (_, connections) -> {
          Map<ForwardedConnection, OptionalLong> ours =
              connections == null ? new ConcurrentHashMap<>() : connections;
          ours.put(connection, instance);
          return ours;
        });
    // An end between the question and this moment was told to nobody.
    endThoseOfPastInstances(id);
    return connection;
  }

  private OptionalLong instanceNow(MachineId machine) {
    try {
      OptionalLong instance = instance(machine);
      if (instance.isPresent()) {
        return instance;
      }
    } catch (HypervisorFault e) {
      throw StreamedMachines.failed(String.valueOf(e.getMessage()));
    }
    throw StreamedMachines.failed(StreamedMachines.NOT_RUNNING);
  }

  /**
   * @throws Refusal always: nobody holds a forwarded port, every client has a connection of its own
   */
  @Override
  public byte[] probe(Call call) {
    machines.find(call);
    throw new Refusal(Reason.BAD_REQUEST, "Upgrade request required");
  }

  private void left(MachineId machine, ForwardedConnection connection) {
    open.computeIfPresent(
        machine,
        (_, connections) -> {
          connections.remove(connection);
          return connections.isEmpty() ? null : connections;
        });
  }

  /** Called by the hypervisor, which must not be kept waiting. */
  private void changed(MachineId machine) {
    if (open.containsKey(machine)) {
      Thread.ofVirtual().name("forwarded-ports").start(() -> endThoseOfPastInstances(machine));
    }
  }

  private void endThoseOfPastInstances(MachineId machine) {
    try {
      OptionalLong now = instance(machine);
      open.getOrDefault(machine, Map.of())
          .forEach((connection, instance) -> {
            if (!instance.equals(now)) {
              connection.end(Ending.GONE, StreamedMachines.NOT_RUNNING);
            }
          });
    } catch (HypervisorFault e) {
      // After the loss of its daemon the hypervisor reports every machine again.
      LOG.debug("machine {} could not be looked at: {}", machine, e.getMessage());
    }
  }

  private OptionalLong instance(MachineId machine) {
    return hypervisor
        .observe(machine)
        .map(MachineObservation::instancePid)
        .orElse(OptionalLong.empty());
  }

  @Override
  public void close() {
    subscription.close();
    Set.copyOf(open.values())
        .forEach(connections ->
            connections.keySet().forEach(connection -> connection.end(Ending.DROPPED, "")));
  }
}
