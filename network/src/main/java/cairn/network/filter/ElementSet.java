package cairn.network.filter;

import java.util.List;

/**
 * A named set that rules look things up in.
 *
 * @param type in nft's words, as in {@code ifname . ether_addr}
 */
public record ElementSet(String name, String type, List<String> elements) {

  public ElementSet {
    elements = List.copyOf(elements);
  }
}
