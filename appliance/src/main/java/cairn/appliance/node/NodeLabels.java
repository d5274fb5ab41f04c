package cairn.appliance.node;

import cairn.hypervisor.HostCapabilities;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The labels that say what the processor offers to machines, by which people choose a model for a
 * class.
 */
final class NodeLabels {

  private static final String DOMAIN = ".node.virtualization.deckhouse.io/";
  private static final String MODEL = "cpu-model" + DOMAIN;
  private static final String FEATURE = "cpu-feature" + DOMAIN;
  private static final String HOST_MODEL = "host-model-cpu" + DOMAIN;
  private static final int LONGEST = 63;

  private NodeLabels() {}

  static Map<String, String> of(HostCapabilities host) {
    Map<String, String> labels = new TreeMap<>();
    host.usableCpuModels().forEach(model -> put(labels, MODEL, model));
    host.cpuFeatures().forEach(feature -> put(labels, FEATURE, feature));
    put(labels, HOST_MODEL, host.cpuModel());
    return labels;
  }

  /** Puts in what holds, and takes out what held on another processor; others' labels stay. */
  static void write(ObjectNode labels, Map<String, String> wanted) {
    List<String> stale =
        labels
            .propertyStream()
            .map(Map.Entry::getKey)
            .filter(key ->
                key.startsWith(MODEL) || key.startsWith(FEATURE) || key.startsWith(HOST_MODEL))
            .filter(key -> !wanted.containsKey(key))
            .toList();
    stale.forEach(labels::remove);
    wanted.forEach(labels::put);
  }

  private static void put(Map<String, String> labels, String prefix, String name) {
    if (!name.isEmpty() && name.length() <= LONGEST) {
      labels.put(prefix + name, "true");
    }
  }
}
