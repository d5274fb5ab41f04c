package cairn.network.linux;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import cairn.network.ManagedNetwork.Port;
import cairn.network.NetworkPlan;
import cairn.network.testing.ManagedNetworkContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LinuxNetworkContractIT extends ManagedNetworkContract {

  @TempDir Path directory;
  private LinuxNetwork network = unset();

  private static LinuxNetwork unset() {
    return new LinuxNetwork(
        new NetworkPlan("test", 0, Ipv4Range.parse("10.66.10.0/24"), Path.of("unset")));
  }

  @BeforeEach
  void ensure() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    network =
        new LinuxNetwork(
            new NetworkPlan(
                "test", 0, Ipv4Range.parse("10.66.10.0/24"), directory.resolve("main")));
    network.ensure();
  }

  @AfterEach
  void remove() {
    network.remove();
  }

  @Override
  protected ManagedNetwork network() {
    return network;
  }

  @Override
  protected Optional<Ipv4Address> guestAsks(Port port, MacAddress mac) throws IOException {
    try (Guest guest = new Guest(port.tap(), network.plan().bridgeName(), mac)) {
      return guest.ask();
    }
  }
}
