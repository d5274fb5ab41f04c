package cairn.network.filter;

/**
 * One packet rule.
 *
 * @param match which packets, in nft's words; made of constants, our own names and typed addresses
 * @param verdict what becomes of them
 * @param why shown beside the rule in {@code nft list}; no quotes
 */
public record Rule(String match, String verdict, String why) {

  public Rule {
    // Whoever reads the rules at night must be able to; and nft would end the comment there.
    if (why.isBlank() || why.length() > 120 || why.contains("\"")) {
      throw new IllegalArgumentException(
          "comment of rule '"
              + match
              + "' is '"
              + why
              + "', expected 1 to 120 characters, no quotes");
    }
  }
}
