package cairn.network.filter;

import cairn.network.NetworkHealth.Concern;

/**
 * What rules of ours need and some kernels lack (seen: kernels built for containers). Each is tried
 * with a document that is checked by the kernel and not loaded.
 */
public enum FilterFeature {
  /** Changing guests' addresses to the host's own on the way out. */
  MASQUERADE(
      "MasqueradeMissing",
      "Machines cannot reach beyond the host: this kernel cannot masquerade (CONFIG_NFT_MASQ).",
      "inet",
      "type nat hook postrouting priority srcnat",
      "ip saddr 10.0.0.0/8 masquerade"),
  /** Telling an answer from a new connection. */
  CONNECTION_TRACKING(
      "ConnectionTrackingMissing",
      "Whoever can route to the host can reach machines behind it: this kernel cannot tell answers"
          + " from new connections (CONFIG_NFT_CT).",
      "inet",
      "type filter hook forward priority filter",
      "ct state established accept"),
  /** Telling guests' TCP how large a segment the way out takes. */
  SEGMENT_SIZE(
      "SegmentSizeMissing",
      "TCP connections of machines may stall where the way out takes smaller packets than 1500"
          + " bytes: this kernel cannot change the segment size (CONFIG_NFT_EXTHDR, CONFIG_NFT_RT).",
      "inet",
      "type filter hook forward priority filter",
      "tcp flags & (syn|rst) == syn tcp option maxseg size set rt mtu"),
  /** Rules on the bridge's own ports: all of anti-spoofing. */
  PORT_RULES(
      "AntiSpoofingMissing",
      "Machines can send with each other's address: this kernel has no packet rules for bridge"
          + " ports (CONFIG_NF_TABLES_BRIDGE).",
      "bridge",
      "type filter hook prerouting priority -300",
      "iifname . ether saddr { \"lo\" . 02:00:00:00:00:01 } accept"),
  /** Knowing in a port's rule which bridge the port is on. */
  BRIDGE_NAME(
      "BridgeNameMatchMissing",
      "A device put on a bridge of Cairn by somebody else is not held to an address: this kernel"
          + " cannot match a port's bridge (CONFIG_NFT_BRIDGE_META). Machines' own taps are.",
      "bridge",
      "type filter hook prerouting priority -300",
      "meta ibrname \"none\" drop");

  private final String reason;
  private final String sentence;
  private final String family;
  private final String hook;
  private final String rule;

  FilterFeature(String reason, String sentence, String family, String hook, String rule) {
    this.reason = reason;
    this.sentence = sentence;
    this.family = family;
    this.hook = hook;
    this.rule = rule;
  }

  /** What to tell people where it is missing. */
  public Concern concern() {
    return new Concern(reason, sentence);
  }

  /** A document that loads exactly where the feature is there. */
  String probe(String table) {
    return "table %s %s {\n  chain probe {\n    %s; policy accept;\n    %s\n  }\n}\n"
        .formatted(family, table, hook, rule);
  }
}
