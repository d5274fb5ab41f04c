package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.access.Caller;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.server.Health.Check;
import cairn.appliance.server.Health.Weight;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthPathsTest {

  private static final Check FINE = new Check("store", Optional.empty(), Weight.READINESS);
  private static final Check FULL =
      new Check("store", Optional.of("no room; make some"), Weight.READINESS);
  private static final Check DEAD = new Check("store-writer", Optional.of("gone"), Weight.LIFE);
  private static final Check LOST =
      new Check("hypervisor", Optional.of("not connected"), Weight.INFORMATION);

  @Test
  void whatIsFineIsOneWordOrALinePerCheck() {
    assertEquals("200 ok", ask("readyz", "", Map.of(), FINE));
    assertEquals(
        "200 [+]ping ok\n[+]store ok\nreadyz check passed\n",
        ask("readyz", "", Map.of("verbose", List.of("")), FINE));
  }

  @Test
  void whatIsWrongIsSaidWithoutBeingAskedFor() {
    assertEquals(
        "500 [+]ping ok\n[-]store failed: no room; make some\nreadyz check failed\n",
        ask("readyz", "", Map.of(), FULL));
    assertEquals(
        "500 [+]ping ok\n[-]store failed: no room; make some\nhealthz check failed\n",
        ask("healthz", "", Map.of(), FULL));
  }

  @Test
  void aliveIsAlsoWhoIsNotReady() {
    assertEquals("200 ok", ask("livez", "", Map.of(), FULL, LOST));
    assertEquals(
        "200 [+]ping ok\n[-]store failed: no room; make some (does not count here)\nlivez check passed\n",
        ask("livez", "", Map.of("verbose", List.of("")), FULL));
    assertEquals(
        "500 [+]ping ok\n[-]store-writer failed: gone\nlivez check failed\n",
        ask("livez", "", Map.of(), DEAD));
  }

  @Test
  void whatIsToldForInformationDoesNotCount() {
    assertEquals("200 ok", ask("readyz", "", Map.of(), FINE, LOST));
    assertEquals(
        "200 [+]ping ok\n[-]hypervisor failed: not connected (does not count here)\nreadyz check passed\n",
        ask("readyz", "", Map.of("verbose", List.of("")), LOST));
  }

  @Test
  void oneCheckIsAskedForOrLeftOut() {
    assertEquals("200 ok", ask("readyz", "ping", Map.of(), FULL));
    assertEquals(
        "500 [-]store failed: no room; make some\nreadyz check failed\n",
        ask("readyz", "store", Map.of(), FULL));
    assertEquals("200 ok", ask("readyz", "", Map.of("exclude", List.of("store")), FULL));
    assertEquals(
        Reason.NOT_FOUND,
        assertThrows(Refusal.class, () -> ask("readyz", "pigeons", Map.of(), FULL)).reason());
  }

  private static String ask(
      String path, String one, Map<String, List<String>> query, Check... checks) {
    Request request =
        new Request(
            "GET",
            List.of(path),
            query,
            new Request.Headers("", "", "", ""),
            Caller.ANONYMOUS,
            new byte[0]);
    Answer answer = new HealthPaths(() -> List.of(checks)).answer(request, path, one);
    return answer instanceof Answer.Whole whole
        ? whole.code() + " " + new String(whole.body(), UTF_8)
        : "not whole";
  }
}
