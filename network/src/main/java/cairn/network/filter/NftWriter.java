package cairn.network.filter;

import java.util.List;

/** Writes tables as a document for {@code nft -f -}, which the kernel takes whole or not at all. */
public final class NftWriter {

  private NftWriter() {}

  /** Replaces the tables, whatever they held. Loading it twice is the same as once. */
  public static String replacing(List<Table> tables) {
    StringBuilder text = new StringBuilder();
    for (Table table : tables) {
      // Without this nft would append the rules a second time. Declaring the table first makes the
      // deletion valid when there is none (nft before 1.0.7 has no 'destroy').
      text.append(removing(table.family(), table.name()));
      write(table, text);
    }
    return text.toString();
  }

  /** Removes a table that may or may not be there. */
  public static String removing(String family, String name) {
    return "table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(family, name);
  }

  private static void write(Table table, StringBuilder text) {
    text.append("table %s %s {\n".formatted(table.family(), table.name()));
    for (ElementSet set : table.sets()) {
      text.append("  set %s {\n    type %s\n".formatted(set.name(), set.type()));
      // nft takes no empty braces.
      if (!set.elements().isEmpty()) {
        text.append("    elements = { ").append(String.join(",\n      ", set.elements()));
        text.append(" }\n");
      }
      text.append("  }\n");
    }
    for (Chain chain : table.chains()) {
      text.append("  chain %s {\n".formatted(chain.name()));
      if (!chain.hook().isEmpty()) {
        text.append("    %s; policy accept;\n".formatted(chain.hook()));
      }
      for (Rule rule : chain.rules()) {
        text.append(
            "    %s %s comment \"%s\"\n".formatted(rule.match(), rule.verdict(), rule.why()));
      }
      text.append("  }\n");
    }
    text.append("}\n");
  }
}
