package cairn.network.testing;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import cairn.network.ManagedNetwork.Port;
import cairn.network.NetworkPlan;
import java.nio.file.Path;
import java.util.Optional;

class FakeNetworkTest extends ManagedNetworkContract {

  private final FakeNetwork network =
      new FakeNetwork(
          new NetworkPlan("fake", 0, Ipv4Range.parse("10.66.10.0/24"), Path.of("nowhere")));

  @Override
  protected ManagedNetwork network() {
    return network;
  }

  @Override
  protected Optional<Ipv4Address> guestAsks(Port port, MacAddress mac) {
    return network.takeLease(mac);
  }
}
