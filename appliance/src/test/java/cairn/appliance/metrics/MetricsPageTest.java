package cairn.appliance.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.ReconcileFigures;
import cairn.appliance.server.RequestFigures;
import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.Key;
import cairn.hypervisor.CallFigures;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.MachineUsage.Flow;
import cairn.hypervisor.MachineUsage.Traffic;
import cairn.network.ProgramFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that documents the metrics, and what is exposed. */
class MetricsPageTest {

  private static final MachineId MACHINE = new MachineId(UUID.randomUUID());
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| ([\\w, ]*) ?\\|.*");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  @TempDir private Path directory;

  @Test
  void everyNameIsDocumentedAndEveryDocumentedNameIsExposed() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), row.group(2) + " " + row.group(3).strip());
      }
    }

    assertEquals(
        lines(documented),
        lines(exposed(text(new Key(ResourceNames.MACHINES, "default", "hello")))));
  }

  @Test
  void whatStandsInALabelIsEscaped() throws IOException {
    String text =
        text(new Key(ResourceNames.MACHINES, "de\"fault\\", "he\nllo\"} 1\n# TYPE x gauge"));

    assertTrue(
        text.contains(
            "cairn_machine_cpu_seconds_total{name=\"he\\nllo\\\"} 1\\n# TYPE x gauge\","
                + "namespace=\"de\\\"fault\\\\\"} 1.5"),
        text);
    assertFalse(text.lines().anyMatch(line -> line.startsWith("# TYPE x")), text);
  }

  @Test
  void machinesWithoutAnObjectAreLeftOut() throws IOException {
    String text = text(List.of(usage()), Map.of());

    assertFalse(text.contains("cairn_machine_cpu"), text);
    assertTrue(text.contains("cairn_machine_usage_known 1.0"), text);
  }

  @Test
  void aHostThatDoesNotAnswerIsToldAndTheRestStands() throws IOException {
    try (H2ResourceStore store = H2ResourceStore.open(directory.resolve("deaf"))) {
      String text =
          new String(
              new Exposition(store)
                  .with(
                      new MachineCollector(
                          () -> {
                            throw new HypervisorFault(
                                HypervisorFault.Kind.TRANSIENT, "LibvirtUnavailable", "gone", null);
                          },
                          Map::of))
                  .text(),
              UTF_8);

      assertTrue(text.contains("cairn_machine_usage_known 0.0"), text);
      assertTrue(text.contains("cairn_store_objects"), text);
    }
  }

  @Test
  void nothingIsAskedBeforeSomebodyScrapes() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (H2ResourceStore store = H2ResourceStore.open(directory.resolve("quiet"))) {
      Exposition exposition =
          new Exposition(store)
              .with(
                  new MachineCollector(
                      () -> {
                        asked.incrementAndGet();
                        return List.of();
                      },
                      Map::of));
      assertEquals(0, asked.get());

      exposition.text();
      assertEquals(1, asked.get());
    }
  }

  private String text(Key machine) throws IOException {
    return text(List.of(usage()), Map.of(MACHINE.uuid(), machine));
  }

  private String text(List<MachineUsage> usage, Map<UUID, Key> names) throws IOException {
    try (H2ResourceStore store = H2ResourceStore.open(directory.resolve("store"))) {
      RequestFigures requests = new RequestFigures();
      requests.count("GET", false, 200, Duration.ofMillis(30).toNanos());
      return new String(
          new Exposition(store)
              .with(new RequestCollector(requests))
              .with(
                  new ReconcileCollector(() ->
                      List.of(
                          new ReconcileFigures("machine", 3, 1, Duration.ofSeconds(1), 0, 1, 2))))
              .with(
                  new CallCollector(
                      () -> List.of(new CallFigures("reads", 5, 0, Duration.ofMillis(7), 1))))
              .with(
                  new ProgramCollector(
                      () -> List.of(new ProgramFigures("ip", 2, Duration.ofMillis(9)))))
              .with(new MachineCollector(() -> usage, () -> names))
              .text(),
          UTF_8);
    }
  }

  private static MachineUsage usage() {
    Traffic traffic = new Traffic(512, 1, Duration.ofMillis(2));
    Flow flow = new Flow(64, 1, 0, 0);
    return new MachineUsage(
        MACHINE,
        Duration.ofMillis(1500),
        new MachineUsage.Memory(
            1 << 20, 2 << 20, 3 << 20, OptionalLong.of(4 << 20), OptionalLong.of(5 << 20)),
        List.of(new MachineUsage.Disk("sda", traffic, traffic, traffic, 4096, 8192)),
        List.of(new MachineUsage.Card("ctabcd1", flow, flow)));
  }

  /** Names as samples have them, with type and labels; of a histogram, its own name. */
  private static Map<String, String> exposed(String text) {
    Map<String, String> types = new TreeMap<>();
    Map<String, String> exposed = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (!line.startsWith("#")) {
        String name = line.replaceAll("[{ ].*", "");
        String base = name.replaceAll("_(bucket|count|sum)$", "");
        boolean histogram = "histogram".equals(types.get(base));
        String own = histogram ? base : name;
        exposed.merge(
            own,
            types.getOrDefault(own, "?") + " " + labels(line),
            (first, second) -> first.length() >= second.length() ? first : second);
      }
    }
    return exposed;
  }

  /** In the order of the page. */
  private static String labels(String line) {
    List<String> order =
        List.of(
            "area",
            "state",
            "verb",
            "code",
            "controller",
            "role",
            "program",
            "namespace",
            "name",
            "device");
    List<String> found =
        LABEL
            .matcher(line)
            .results()
            .map(each -> each.group(1))
            .filter(each -> !each.equals("le"))
            .toList();
    return String.join(
        ", ",
        found.stream()
            .sorted(
                java.util.Comparator.comparingInt(
                    each -> order.contains(each) ? order.indexOf(each) : order.size()))
            .toList());
  }

  private static String lines(Map<String, String> table) {
    StringBuilder lines = new StringBuilder();
    table.forEach((name, what) -> lines.append(name).append(' ').append(what.strip()).append('\n'));
    return lines.toString();
  }
}
