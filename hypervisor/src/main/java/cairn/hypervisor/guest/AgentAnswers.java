package cairn.hypervisor.guest;

import cairn.hypervisor.GuestReport.Card;
import cairn.hypervisor.GuestReport.OperatingSystem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what an agent answered (QEMU's {@code qga/qapi-schema.json}). Pure. A guest may say
 * anything: too much is cut, what is not plain text is left out, what is not an address is none.
 */
final class AgentAnswers {

  static final String ABOUT_ITSELF = "{\"execute\":\"guest-info\"}";
  static final String ABOUT_ITS_SYSTEM = "{\"execute\":\"guest-get-osinfo\"}";
  static final String ABOUT_ITS_NAME = "{\"execute\":\"guest-get-host-name\"}";
  static final String ABOUT_ITS_CARDS = "{\"execute\":\"guest-network-get-interfaces\"}";

  /** What an agent must have to be of use here. */
  static final Set<String> NEEDED =
      Set.of(
          "guest-ping",
          "guest-info",
          "guest-get-osinfo",
          "guest-get-host-name",
          "guest-network-get-interfaces");

  /** Characters of the longest text that is kept. */
  static final int LONGEST = 128;

  static final int MOST_CARDS = 16;
  static final int MOST_ADDRESSES = 16;

  private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
  private static final JsonMapper JSON = new JsonMapper();

  private AgentAnswers() {}

  /** What an agent says of itself. */
  record Itself(String version, Set<String> missing) {}

  /** Empty if that is no answer of an agent. */
  static Optional<Itself> itself(String answer) {
    JsonNode told = told(answer);
    if (!told.path("supported_commands").isArray()) {
      return Optional.empty();
    }
    Set<String> missing = new TreeSet<>(NEEDED);
    for (JsonNode command : told.path("supported_commands")) {
      if (command.path("enabled").asBoolean(false)) {
        missing.remove(command.path("name").asString(""));
      }
    }
    return Optional.of(new Itself(text(told.path("version")), missing));
  }

  static OperatingSystem system(String answer) {
    JsonNode told = told(answer);
    return new OperatingSystem(
        text(told.path("id")),
        text(told.path("name")),
        text(told.path("pretty-name")),
        text(told.path("version")),
        text(told.path("version-id")),
        text(told.path("kernel-release")),
        text(told.path("kernel-version")),
        text(told.path("machine")));
  }

  static String hostName(String answer) {
    return text(told(answer).path("host-name"));
  }

  /** Cards in the guest's order, its loopback left out. */
  static List<Card> cards(String answer) {
    List<Card> cards = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode card : told(answer)) {
      String name = text(card.path("name"));
      boolean loopback = name.equals("lo") || name.startsWith("Loopback");
      if (!name.isEmpty() && !loopback && cards.size() < MOST_CARDS && names.add(name)) {
        cards.add(new Card(name, mac(card), addresses(card)));
      }
    }
    return cards;
  }

  private static String mac(JsonNode card) {
    String mac = card.path("hardware-address").asString("").toLowerCase(Locale.ROOT);
    return MAC.matcher(mac).matches() ? mac : "";
  }

  private static List<String> addresses(JsonNode card) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode each : card.path("ip-addresses")) {
      if (addresses.size() < MOST_ADDRESSES) {
        address(each.path("ip-address").asString("")).ifPresent(addresses::add);
      }
    }
    return addresses;
  }

  /** An address literal in Java's form; nothing is looked up. */
  private static Optional<String> address(String literal) {
    if (literal.isEmpty() || literal.length() > LONGEST || literal.contains("%")) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      return Optional.of(
          address instanceof Inet6Address
              ? literal.toLowerCase(Locale.ROOT)
              : address.getHostAddress());
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** One line of plain text: no controls, no marks that turn the direction of writing. */
  static String text(JsonNode told) {
    StringBuilder text = new StringBuilder();
    told.asString("")
        .codePoints()
        .filter(AgentAnswers::isPlain)
        .limit(LONGEST)
        .forEach(text::appendCodePoint);
    return text.toString().strip();
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static JsonNode told(String answer) {
    try {
      return JSON.readTree(answer).path("return");
    } catch (JacksonException notJson) {
      return JSON.missingNode();
    }
  }
}
