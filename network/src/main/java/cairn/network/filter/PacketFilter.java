package cairn.network.filter;

import cairn.network.NetworkFault;
import cairn.network.NetworkHealth.Concern;
import cairn.network.program.Output;
import cairn.network.program.ProgramRunner;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Tables of ours in this host's kernel, through {@code nft}. Threads: the caller takes turns. */
public final class PacketFilter {

  private static final String PREFIX = "cairn_";
  private static final List<String> FAMILIES = List.of("inet", "bridge");

  private final NftProgram nft;
  private final String table;
  private String written = "";
  private String accepted = "";

  /**
   * @param table name of the network's tables
   */
  public PacketFilter(ProgramRunner programs, String table) {
    this(new NftProgram(programs), table);
  }

  PacketFilter(NftProgram nft, String table) {
    this.nft = nft;
    this.table = table;
  }

  /** Which features this kernel has; asks it, and changes nothing. */
  public Set<FilterFeature> features() {
    Set<FilterFeature> found = EnumSet.noneOf(FilterFeature.class);
    for (FilterFeature feature : FilterFeature.values()) {
      Output probed = nft.run(List.of("-c", "-f", "-"), feature.probe(table + "_probe"));
      if (probed.succeeded()) {
        found.add(feature);
      }
    }
    return found;
  }

  /**
   * Makes the kernel hold exactly these tables under our name. Writes only if they are new, or the
   * kernel no longer shows what it showed after the last writing, or that was not looked at.
   *
   * @return whether it wrote
   */
  public boolean replace(List<Table> tables) {
    if (NftWriter.replacing(tables).equals(written)
        && !accepted.isEmpty()
        && listed(tables).equals(accepted)) {
      return false;
    }
    write(tables);
    accepted = listed(tables);
    return true;
  }

  /**
   * Writes the tables if they are new, without looking at what the kernel shows: one program where
   * {@link #replace} takes three, for the way of a machine to its start.
   */
  public void update(List<Table> tables) {
    if (!NftWriter.replacing(tables).equals(written)) {
      write(tables);
    }
  }

  private void write(List<Table> tables) {
    String document = NftWriter.replacing(tables);
    nft.required(load(document), "RulesRefused", "load the packet rules of " + table);
    written = document;
    accepted = "";
  }

  /** Removes our tables; fine if there are none. */
  public void remove() {
    written = "";
    accepted = "";
    for (String family : FAMILIES) {
      Output listed = nft.run("list", "table", family, table);
      // An nft that crashed has not said that there is no such table.
      if (listed.succeeded() || listed.signal().isPresent()) {
        nft.required(
            load(NftWriter.removing(family, table)),
            "RulesRefused",
            "remove the packet rules of table %s %s".formatted(family, table));
      }
    }
  }

  /** Rules of other programs that may be in the way of {@code bridge}. */
  public List<Concern> foreign(String bridge) {
    Output chains = nft.run("-j", "list", "chains");
    if (chains.signal().isPresent()) {
      // Ours are loaded; not to know the others' is no reason to stop here.
      return List.of(
          new Concern(
              "RulesUnreadable",
              "What other firewalls do is not known: " + chains.ending() + ". " + nft.crashHint()));
    }
    return ForeignRules.concerns(
        nft.required(chains, "RulesUnreadable", "list packet rules"), PREFIX, bridge);
  }

  private String listed(List<Table> tables) {
    StringBuilder text = new StringBuilder();
    for (Table each : tables) {
      text.append(nft.run("list", "table", each.family(), each.name()).out());
    }
    return text.toString();
  }

  private Output load(String document) {
    try {
      return nft.run(List.of("-f", "-"), document);
    } catch (NetworkFault fault) {
      // What the kernel holds now is not known: write anew next time.
      written = "";
      throw fault;
    }
  }
}
