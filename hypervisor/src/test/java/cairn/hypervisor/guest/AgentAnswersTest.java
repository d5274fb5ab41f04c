package cairn.hypervisor.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.GuestReport.Card;
import cairn.hypervisor.GuestReport.OperatingSystem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as the agent of QEMU 7.2 gives them, and answers as a hostile guest may. */
class AgentAnswersTest {

  @Test
  void anAgentSaysItsVersionAndWhatItLacks() {
    String answer =
        """
        {"return": {"version": "7.2.19", "supported_commands": [
          {"enabled": true, "name": "guest-ping", "success-response": true},
          {"enabled": true, "name": "guest-info", "success-response": true},
          {"enabled": false, "name": "guest-get-osinfo", "success-response": true},
          {"enabled": true, "name": "guest-get-host-name", "success-response": true}]}}
        """;

    assertEquals(
        Optional.of(
            new AgentAnswers.Itself(
                "7.2.19", Set.of("guest-get-osinfo", "guest-network-get-interfaces"))),
        AgentAnswers.itself(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"return\":{}}", "{\"return\":7}", "null"})
  void whatIsNoAnswerOfAnAgentIsNone(String answer) {
    assertEquals(Optional.empty(), AgentAnswers.itself(answer));
    assertEquals(OperatingSystem.UNKNOWN, AgentAnswers.system(answer));
    assertEquals("", AgentAnswers.hostName(answer));
    assertEquals(List.of(), AgentAnswers.cards(answer));
  }

  @Test
  void theSystemIsTold() {
    String answer =
        """
        {"return": {"name": "Debian GNU/Linux", "kernel-release": "6.1.0-40-cloud-amd64",
          "version": "12 (bookworm)", "pretty-name": "Debian GNU/Linux 12 (bookworm)",
          "version-id": "12", "kernel-version": "#1 SMP Debian 6.1.153-1", "machine": "x86_64",
          "id": "debian"}}
        """;

    assertEquals(
        new OperatingSystem(
            "debian",
            "Debian GNU/Linux",
            "Debian GNU/Linux 12 (bookworm)",
            "12 (bookworm)",
            "12",
            "6.1.0-40-cloud-amd64",
            "#1 SMP Debian 6.1.153-1",
            "x86_64"),
        AgentAnswers.system(answer));
  }

  @Test
  void cardsAreToldWithoutTheLoopback() {
    String answer =
        """
        {"return": [
          {"name": "lo", "ip-addresses": [{"ip-address-type": "ipv4", "ip-address": "127.0.0.1"}]},
          {"name": "eth0", "hardware-address": "52:54:00:AB:cd:01", "ip-addresses": [
            {"ip-address-type": "ipv4", "ip-address": "10.66.10.2", "prefix": 24},
            {"ip-address-type": "ipv6", "ip-address": "fe80::5054:ff:feab:cd01", "prefix": 64},
            {"ip-address-type": "ipv4", "ip-address": "example.org"},
            {"ip-address-type": "ipv4", "ip-address": "10.66.10.2; reboot"}]},
          {"name": "eth1"}]}
        """;

    assertEquals(
        List.of(
            new Card("eth0", "52:54:00:ab:cd:01", List.of("10.66.10.2", "fe80::5054:ff:feab:cd01")),
            new Card("eth1", "", List.of())),
        AgentAnswers.cards(answer));
  }

  @Test
  void aTextIsOneShortLineOfPlainCharacters() {
    String hostile =
        "\\u0000a\\u001b[31mb\\r\\n\\u202ec\\ud800<script>{{x}}\\u2028 " + "x".repeat(100_000);

    String name = AgentAnswers.hostName("{\"return\": {\"host-name\": \"%s\"}}".formatted(hostile));

    assertTrue(name.startsWith("a[31mbc<script>{{x}} xxx"), name);
    assertEquals(AgentAnswers.LONGEST, name.length());
  }

  @Test
  void thereAreOnlySoManyCardsAndAddresses() {
    String addresses = "{\"ip-address\": \"10.0.0.1\"},".repeat(5_000) + "{}";
    StringBuilder cards = new StringBuilder();
    for (int at = 0; at < 500; at++) {
      cards.append("{\"name\": \"eth%d\", \"ip-addresses\": [%s]},".formatted(at, addresses));
      if (at > 3) {
        addresses = "";
      }
    }

    List<Card> read = AgentAnswers.cards("{\"return\": [" + cards + "{}]}");

    assertEquals(AgentAnswers.MOST_CARDS, read.size());
    assertEquals(AgentAnswers.MOST_ADDRESSES, read.getFirst().addresses().size());
  }

  @Test
  void nestingWithoutEndIsNoAnswer() {
    assertEquals(List.of(), AgentAnswers.cards("{\"return\": " + "[".repeat(200_000)));
  }
}
