package cairn.network.filter;

import java.util.List;

/**
 * Rules that are asked in order.
 *
 * @param hook where in the kernel it is asked, in nft's words, as in {@code type filter hook
 *     forward priority filter}; empty if only other chains jump to it
 */
public record Chain(String name, String hook, List<Rule> rules) {

  public Chain {
    rules = List.copyOf(rules);
  }
}
