package cairn.network.dhcp;

import java.nio.file.Path;

/** Where the DHCP server of one network keeps what. */
record DhcpFiles(Path directory) {

  Path hosts() {
    return directory.resolve("hosts");
  }

  Path leases() {
    return directory.resolve("leases");
  }

  Path pid() {
    return directory.resolve("dnsmasq.pid");
  }

  Path log() {
    return directory.resolve("dnsmasq.log");
  }

  /** Holds the index of the bridge that the running server is bound to. */
  Path bound() {
    return directory.resolve("dnsmasq.bridge");
  }
}
