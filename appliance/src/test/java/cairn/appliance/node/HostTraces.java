package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What machines leave on a host, as text to compare: domains, links, packet rules, files,
 * reservations.
 */
record HostTraces(Map<String, String> traces) {

  static HostTraces of(Path state, Path libvirt) throws IOException, InterruptedException {
    Map<String, String> traces = new TreeMap<>();
    traces.put(
        "domains",
        output(
            "virsh",
            "-c",
            "qemu+unix:///system?socket=" + libvirt.resolve("run/libvirt-sock"),
            "list",
            "--all",
            "--name"));
    traces.put(
        "links",
        output("ip", "-o", "link")
            .lines()
            .map(line -> line.split(":", 3)[1].strip())
            .sorted()
            .collect(Collectors.joining("\n")));
    traces.put("rules", output("nft", "--stateless", "list", "ruleset"));
    traces.put(
        "disks and serial logs", files(state.resolve("pools")) + files(state.resolve("serial")));
    traces.put("seeds", files(state.resolve("seeds")));
    traces.put("firmware variables", files(state.resolve("nvram")));
    traces.put("memory of TPMs", files(libvirt.resolve("lib/swtpm")));
    traces.put("reservations", files(state.resolve("network")));
    return new HostTraces(traces);
  }

  private static String files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return "";
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> !name.endsWith("leases") && !name.endsWith(".pid"))
          .sorted()
          .collect(Collectors.joining("\n", "", "\n"));
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return text;
  }
}
