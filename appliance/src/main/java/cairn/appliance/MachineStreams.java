package cairn.appliance;

import cairn.appliance.events.EventRecorder;
import cairn.appliance.machine.GuestAddress;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.schema.DiscoveryDocuments.Extra;
import cairn.appliance.server.StreamEndpoint;
import cairn.appliance.stream.ExclusivePort;
import cairn.appliance.stream.PortForward;
import cairn.hypervisor.Hypervisor;
import cairn.network.Ipv4Address;
import cairn.network.ManagedNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The streams into machines, put together over one host, and how discovery shows them. */
record MachineStreams(ExclusivePort console, ExclusivePort screen, PortForward ports)
    implements AutoCloseable {

  static MachineStreams of(
      ResourceReader resources, LinuxHost host, EventRecorder events, InstantSource clock) {
    Hypervisor hypervisor = host.parts().hypervisor();
    ManagedNetwork network = host.parts().network();
    return new MachineStreams(
        ExclusivePort.console(resources, hypervisor, events, clock),
        ExclusivePort.screen(resources, hypervisor, events, clock),
        new PortForward(resources, hypervisor, machine -> address(network, machine)));
  }

  List<StreamEndpoint> endpoints() {
    return List.of(console, screen, ports);
  }

  static List<Extra> published() {
    return List.of(
        published("console", "VirtualMachineConsole"),
        published("portforward", "VirtualMachinePortForward"),
        published("vnc", "VirtualMachineVNC"));
  }

  private static Extra published(String subresource, String kind) {
    return new Extra(
        "subresources.virtualization.deckhouse.io",
        "v1alpha2",
        "virtualmachines",
        subresource,
        kind,
        true,
        List.of("get"));
  }

  private static Optional<InetAddress> address(ManagedNetwork network, UUID machine) {
    return GuestAddress.of(network, machine).map(MachineStreams::inet);
  }

  private static InetAddress inet(Ipv4Address address) {
    int bits = address.bits();
    try {
      return InetAddress.getByAddress(
          new byte[] {
            (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
          });
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // Four bytes are an address.
    }
  }

  @Override
  public void close() {
    ports.close();
  }
}
