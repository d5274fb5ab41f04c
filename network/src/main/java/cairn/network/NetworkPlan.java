package cairn.network;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a managed network is made of. Every name on the host derives from {@code instance} and
 * {@code number}, never from user text.
 *
 * @param instance four characters of {@code [a-z2-7]} that tell this installation from others
 * @param number of the network within the installation; 0 is the Main network
 * @param directory state of this network: reservations, leases, pid file
 */
public record NetworkPlan(String instance, int number, Ipv4Range range, Path directory) {

  private static final Pattern INSTANCE = Pattern.compile("[a-z2-7]{4}");

  public NetworkPlan {
    if (!INSTANCE.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "instance is '" + instance + "', expected four characters of a-z and 2-7");
    }
    if (number < 0) {
      throw new IllegalArgumentException("number is " + number + ", expected zero or more");
    }
    requireNonNull(range, "range is null");
    requireNonNull(directory, "directory is null");
  }

  /** Name of the bridge. */
  public String bridgeName() {
    return "cb%s%08x".formatted(instance, number);
  }

  /** Name of a machine's tap: at most 15 characters, the same for the same arguments. */
  public String tapName(long machine, int card) {
    return "ct%s%08x%d".formatted(instance, Long.hashCode(machine), card);
  }

  /** Name of the packet filter tables. */
  public String tableName() {
    return "cairn_%s_%d".formatted(instance, number);
  }
}
