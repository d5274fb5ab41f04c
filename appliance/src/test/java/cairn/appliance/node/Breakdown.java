package cairn.appliance.node;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Where the service's time goes while machines are made, from what it tells of itself at {@code
 * /metrics} before and after. Parts overlap: a pass of a controller waits for libvirt, and several
 * passes go on at a time.
 */
final class Breakdown {

  /** Figures by the samples that they sum up. */
  private static final Map<String, String> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("serviceCpu", "process_cpu_seconds_total");
    PARTS.put("machinePasses", "cairn_reconcile_seconds_total{controller=\"machine\"}");
    PARTS.put("otherPasses", "cairn_reconcile_seconds_total");
    PARTS.put("libvirtJobs", "cairn_libvirt_call_seconds_total{role=\"jobs\"}");
    PARTS.put("libvirtReads", "cairn_libvirt_call_seconds_total{role=\"reads\"}");
    PARTS.put("networkPrograms", "cairn_network_program_seconds_total");
    PARTS.put("storeWrites", "cairn_store_write_seconds_sum");
  }

  private final KubernetesClient client;
  private final Map<String, Double> before;

  private Breakdown(KubernetesClient client, Map<String, Double> before) {
    this.client = client;
    this.before = before;
  }

  static Breakdown begin(KubernetesClient client) {
    return new Breakdown(client, seconds(client));
  }

  /** Tells each part, in seconds for one of {@code machines}. */
  void end(int machines, BiConsumer<String, Double> note) {
    Map<String, Double> now = seconds(client);
    PARTS
        .keySet()
        .forEach(part ->
            note.accept(
                part, (now.getOrDefault(part, 0.0) - before.getOrDefault(part, 0.0)) / machines));
  }

  private static Map<String, Double> seconds(KubernetesClient client) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String line : client.raw("/metrics").lines().toList()) {
      int blank = line.lastIndexOf(' ');
      if (line.startsWith("#") || blank < 0) {
        continue;
      }
      PARTS.entrySet().stream()
          .filter(part -> line.startsWith(part.getValue()))
          .findFirst()
          .ifPresent(part ->
              seconds.merge(part.getKey(), Double.parseDouble(line.substring(blank)), Double::sum));
    }
    return seconds;
  }
}
