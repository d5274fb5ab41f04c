package cairn.network.filter;

import java.util.List;

/**
 * A table of packet rules that is ours alone.
 *
 * @param family {@code inet} or {@code bridge}
 */
public record Table(String family, String name, List<ElementSet> sets, List<Chain> chains) {

  public Table {
    sets = List.copyOf(sets);
    chains = List.copyOf(chains);
  }
}
