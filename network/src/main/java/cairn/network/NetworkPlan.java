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

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
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

  /**
   * The bridge's own hardware address: locally administered, the same for the same plan, so that
   * guests keep their neighbour entry of the gateway when the bridge is made anew.
   */
  public MacAddress bridgeMac() {
    long bits = scrambled(instance.hashCode() * 31L + number);
    return new MacAddress(
        "02:ca:%02x:%02x:%02x:%02x"
            .formatted(bits >>> 56, (bits >>> 48) & 255, (bits >>> 40) & 255, (bits >>> 32) & 255));
  }

  /**
   * Name of a machine's tap: 15 characters, the same for the same arguments.
   *
   * <p>Eight base32 characters hold 40 bits of the machine: among 1,000 machines two share a name
   * with a chance of 1 in 2 million (32 bits in hexadecimal: 1 in 8,600).
   *
   * @param machine number that is the machine's own, for example half of its UUID
   * @param card 0 to 9
   */
  public String tapName(long machine, int card) {
    if (card < 0 || card > 9) {
      throw new IllegalArgumentException("card is " + card + ", expected 0 to 9");
    }
    StringBuilder name = new StringBuilder("ct").append(instance);
    long bits = scrambled(machine);
    for (int digit = 0; digit < 8; digit++) {
      name.append(BASE32.charAt((int) (bits >>> 59)));
      bits <<= 5;
    }
    return name.append(card).toString();
  }

  /** Name of the packet filter tables. */
  public String tableName() {
    return "cairn_%s_%d".formatted(instance, number);
  }

  /** Spreads numbers that differ in few bits over all bits (the last step of SplitMix64). */
  private static long scrambled(long number) {
    long bits = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
    bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
    return bits ^ (bits >>> 31);
  }
}
