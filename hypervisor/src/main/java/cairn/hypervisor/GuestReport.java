package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * What the agent in a guest says of itself and of its system. All of it comes from the guest and
 * may be a lie; it is bounded and clean (see {@link cairn.hypervisor.guest}), never trusted. A text
 * that the guest does not tell is empty.
 *
 * @param agentVersion as the agent writes it
 * @param missing commands that Cairn needs and the agent does not have or has disabled
 * @param cards network cards of the guest but its loopback
 */
public record GuestReport(
    String agentVersion,
    Set<String> missing,
    OperatingSystem system,
    String hostName,
    List<Card> cards) {

  public GuestReport {
    requireNonNull(agentVersion, "agentVersion is null");
    missing = Set.copyOf(missing);
    requireNonNull(system, "system is null");
    requireNonNull(hostName, "hostName is null");
    cards = List.copyOf(cards);
  }

  /** The guest's operating system, in its own words (os-release and uname). */
  public record OperatingSystem(
      String id,
      String name,
      String prettyName,
      String version,
      String versionId,
      String kernelRelease,
      String kernelVersion,
      String machine) {

    public static final OperatingSystem UNKNOWN =
        new OperatingSystem("", "", "", "", "", "", "", "");

    public OperatingSystem {
      requireNonNull(id, "id is null");
      requireNonNull(name, "name is null");
      requireNonNull(prettyName, "prettyName is null");
      requireNonNull(version, "version is null");
      requireNonNull(versionId, "versionId is null");
      requireNonNull(kernelRelease, "kernelRelease is null");
      requireNonNull(kernelVersion, "kernelVersion is null");
      requireNonNull(machine, "machine is null");
    }
  }

  /**
   * A network card as the guest sees it.
   *
   * @param mac lower case with colons, or empty
   * @param addresses IPv4 and IPv6 addresses in their usual text form, link-local ones included
   */
  public record Card(String name, String mac, List<String> addresses) {
    public Card {
      requireNonNull(name, "name is null");
      requireNonNull(mac, "mac is null");
      addresses = List.copyOf(addresses);
    }
  }
}
