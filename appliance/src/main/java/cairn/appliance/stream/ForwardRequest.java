package cairn.appliance.stream;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which port of a machine is asked for, as the query says it. */
record ForwardRequest(int port, Protocol protocol) {

  private static final int LARGEST_PORT = 65_535;

  enum Protocol {
    TCP,
    UDP;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads {@code port}, a number from 1 to 65535, and {@code protocol}, {@code tcp} unless said.
   *
   * @throws Refusal if they are anything else
   */
  static ForwardRequest parse(Map<String, List<String>> query) {
    String port = one(query, "port", "");
    if (!port.matches("[0-9]{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > LARGEST_PORT) {
      throw refused("port", port, "a number from 1 to " + LARGEST_PORT);
    }
    String protocol = one(query, "protocol", Protocol.TCP.word());
    for (Protocol known : Protocol.values()) {
      if (known.word().equals(protocol)) {
        return new ForwardRequest(Integer.parseInt(port), known);
      }
    }
    throw refused("protocol", protocol, "tcp or udp");
  }

  private static String one(Map<String, List<String>> query, String name, String otherwise) {
    List<String> values = query.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw refused(name, String.join("' and '", values), "one value");
    }
    return values.isEmpty() ? otherwise : values.getFirst();
  }

  private static Refusal refused(String name, String value, String expected) {
    return new Refusal(
        Reason.BAD_REQUEST,
        "parameter %s is '%s', expected %s: ask for example for portforward?port=22&protocol=tcp"
            .formatted(name, value, expected));
  }

  @Override
  public String toString() {
    return "%s port %d".formatted(protocol.name(), port);
  }
}
