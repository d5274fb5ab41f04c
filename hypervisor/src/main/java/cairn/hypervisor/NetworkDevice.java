package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

/**
 * One network card, attached to a tap device that exists already and is named by us.
 *
 * @param tap at most 15 characters
 * @param mac lower case, colon separated
 */
public record NetworkDevice(String tap, String mac) {

  public NetworkDevice {
    requireNonNull(tap, "tap is null");
    requireNonNull(mac, "mac is null");
  }
}
