package cairn.appliance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures of one run, with what they were measured on; one JSON file each. */
public final class Results {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ObjectNode root = JSON.createObjectNode();
  private final ObjectNode figures;

  /**
   * @param name of the benchmark
   * @param commit that was measured
   */
  public Results(String name, String commit, Clock clock) throws IOException {
    root.put("benchmark", name);
    root.put("date", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    root.put("commit", commit);
    ObjectNode machine = root.putObject("machine");
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("processor", processor());
    machine.put("kernel", System.getProperty("os.version"));
    machine.put("java", System.getProperty("java.vm.version"));
    machine.put("loadAtStart", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    figures = root.putObject("figures");
  }

  private static String processor() throws IOException {
    Map<String, String> values = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return values.getOrDefault("model name", "unknown");
  }

  /** Notes a figure, rounded to three places, and shows it. */
  public void note(String name, double value) {
    double rounded = Math.round(value * 1_000) / 1_000.0;
    figures.put(name, rounded);
    System.out.println("  " + name + " = " + rounded);
  }

  /** Adds a point to a curve, in the order of the calls, and shows it. */
  public void point(String curve, Map<String, Double> values) {
    ObjectNode point = figures.withArray(curve).addObject();
    values.forEach((name, value) -> point.put(name, Math.round(value * 1_000) / 1_000.0));
    System.out.println("  " + curve + " " + point);
  }

  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    System.out.println("written to " + file);
  }
}
