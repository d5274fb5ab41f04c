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

  private final ProgramRunner programs;
  private final String table;
  private String written = "";
  private String accepted = "";

  /**
   * @param table name of the network's tables
   */
  public PacketFilter(ProgramRunner programs, String table) {
    this.programs = programs;
    this.table = table;
  }

  /** Which features this kernel has; asks it, and changes nothing. */
  public Set<FilterFeature> features() {
    Set<FilterFeature> found = EnumSet.noneOf(FilterFeature.class);
    for (FilterFeature feature : FilterFeature.values()) {
      if (nft("-c", feature.probe(table + "_probe")).succeeded()) {
        found.add(feature);
      }
    }
    return found;
  }

  /**
   * Makes the kernel hold exactly these tables under our name. Writes only if they are new or the
   * kernel no longer shows what it showed after the last writing.
   *
   * @return whether it wrote
   */
  public boolean replace(List<Table> tables) {
    String document = NftWriter.replacing(tables);
    if (document.equals(written) && listed(tables).equals(accepted)) {
      return false;
    }
    nft("-f", document).orFault("RulesRefused", "load the packet rules of " + table);
    written = document;
    accepted = listed(tables);
    return true;
  }

  /** Removes our tables; fine if there are none. */
  public void remove() {
    written = "";
    accepted = "";
    for (String family : FAMILIES) {
      if (programs.run("nft", "list", "table", family, table).succeeded()) {
        nft("-f", NftWriter.removing(family, table))
            .orFault("RulesRefused", "remove the packet rules of " + table);
      }
    }
  }

  /** Rules of other programs that may be in the way of {@code bridge}. */
  public List<Concern> foreign(String bridge) {
    return ForeignRules.concerns(
        programs.run("nft", "-j", "list", "chains").orFault("RulesUnreadable", "list packet rules"),
        PREFIX,
        bridge);
  }

  private String listed(List<Table> tables) {
    StringBuilder text = new StringBuilder();
    for (Table each : tables) {
      text.append(programs.run("nft", "list", "table", each.family(), each.name()).out());
    }
    return text.toString();
  }

  private Output nft(String mode, String document) {
    List<String> arguments = mode.equals("-c") ? List.of("-c", "-f", "-") : List.of("-f", "-");
    try {
      return programs.run("nft", arguments, document);
    } catch (NetworkFault fault) {
      // What the kernel holds now is not known: write anew next time.
      written = "";
      throw fault;
    }
  }
}
