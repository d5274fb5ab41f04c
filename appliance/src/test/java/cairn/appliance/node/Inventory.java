package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the API, libvirt, processes, files and taps tell the same story. What is wrong while work
 * is under way may be right a moment later: ask until nothing is.
 */
final class Inventory {

  private static final Pattern UID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Folders of the state that are not about single machines and disks. */
  private static final Set<String> OTHER = Set.of("store", "pki", "images", "audit");

  private static final Set<String> AT_REST = Set.of("Running", "Stopped");

  private final Fleet fleet;
  private final KubernetesClient client;
  private final Node node;
  private final OwnLibvirt libvirt;

  /** A machine that ended by itself several times in a row is started again after 5 min at last. */
  private static final Duration PATIENCE = Duration.ofMinutes(7);

  private final List<String> wrong = new ArrayList<>();

  private Inventory(Fleet fleet, KubernetesClient client, Node node, OwnLibvirt libvirt) {
    this.fleet = fleet;
    this.client = client;
    this.node = node;
    this.libvirt = libvirt;
  }

  /** Everything that does not add up, or is not at rest yet. */
  private static List<String> wrong(
      Fleet fleet, KubernetesClient client, Node node, OwnLibvirt libvirt)
      throws IOException, InterruptedException {
    Inventory inventory = new Inventory(fleet, client, node, libvirt);
    inventory.check();
    return inventory.wrong;
  }

  /**
   * Waits until everything adds up.
   *
   * @param after what was done, for the message of a failed test
   */
  static void settle(
      List<String> after, Fleet fleet, KubernetesClient client, Node node, OwnLibvirt libvirt)
      throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    Node.await(
        PATIENCE,
        "all to add up after " + after,
        () -> {
          wrong.clear();
          wrong.addAll(asked(fleet, client, node, libvirt));
          return wrong.isEmpty();
        },
        () -> String.join("\n", wrong) + "\n" + fleet.machines() + "\n" + node.latestLog());
  }

  private static List<String> asked(
      Fleet fleet, KubernetesClient client, Node node, OwnLibvirt libvirt) {
    try {
      return wrong(fleet, client, node, libvirt);
    } catch (IOException e) {
      return List.of("cannot look: " + e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void check() throws IOException, InterruptedException {
    List<GenericKubernetesResource> machines = fleet.machines();
    machines.forEach(this::check);
    fleet.operations().forEach(this::checkOperation);
    Set<String> running =
        machines.stream()
            .filter(machine -> Fleet.phase(machine).equals("Running"))
            .map(machine -> machine.getMetadata().getUid())
            .collect(Collectors.toCollection(TreeSet::new));
    same("libvirt's domains that run", running, domains("--state-running"));
    Set<String> known = known(machines);
    // One that stopped keeps its definition, which says how it ended; one that is gone has none.
    Set<String> defined = domains("--all");
    say(known.containsAll(defined), "libvirt knows strangers: " + defined);
    say(
        libvirt.guests().size() == running.size(),
        libvirt.guests().size() + " QEMU processes for " + running.size() + " running machines");
    say(taps() == running.size(), taps() + " taps for " + running.size() + " running machines");
    say(dnsmasqs().size() == 1, dnsmasqs().size() + " DHCP servers");
    wrong.addAll(Books.of(client, node).unpaired());
    strangers(node.state(), known);
    strangers(node.run(), known);
    strangers(libvirt.folder().resolve("lib"), known);
    strangers(libvirt.folder().resolve("run"), known);
    for (GenericKubernetesResource disk : fleet.disks()) {
      say(
          Fleet.phase(disk).equals("Ready") && disk.getMetadata().getDeletionTimestamp() == null,
          "disk " + disk.getMetadata().getName() + " is " + Fleet.phase(disk));
    }
  }

  private void check(GenericKubernetesResource machine) {
    String name = machine.getMetadata().getName();
    String policy = Objects.requireNonNullElse(machine.<String>get("spec", "runPolicy"), "");
    String phase = Fleet.phase(machine);
    say(machine.getMetadata().getDeletionTimestamp() == null, name + " is still being deleted");
    say(AT_REST.contains(phase), name + " is " + phase);
    switch (policy) {
      case "AlwaysOn" -> say(phase.equals("Running"), name + " is AlwaysOn and " + phase);
      case "AlwaysOff" -> say(phase.equals("Stopped"), name + " is AlwaysOff and " + phase);
      default -> {}
    }
  }

  private void checkOperation(GenericKubernetesResource operation) {
    say(
        Set.of("Completed", "Failed", "Superseded").contains(Fleet.phase(operation)),
        "operation " + operation.getMetadata().getName() + " is " + Fleet.phase(operation));
  }

  private Set<String> known(List<GenericKubernetesResource> machines) {
    Set<String> known = new HashSet<>();
    Stream.of(
            machines,
            fleet.disks(),
            Books.all(client, "VirtualMachineIPAddress"),
            Books.all(client, "ClusterVirtualImage"))
        .flatMap(List::stream)
        .map(HasMetadata::getMetadata)
        .forEach(metadata -> known.add(metadata.getUid()));
    return known;
  }

  /** Files named after objects that do not exist. */
  private void strangers(Path folder, Set<String> known) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !file.equals(folder))
          .map(folder::relativize)
          .filter(file -> !OTHER.contains(file.getName(0).toString()))
          .forEach(file -> {
            Matcher uid = UID.matcher(file.getFileName().toString());
            if (uid.find()) {
              say(known.contains(uid.group()), folder.resolve(file) + " belongs to nobody");
            }
          });
    } catch (java.io.UncheckedIOException vanished) {
      wrong.add("files come and go: " + vanished.getMessage());
    }
  }

  private Set<String> domains(String which) throws IOException, InterruptedException {
    Set<String> uids = new TreeSet<>();
    String listed =
        output(
            "virsh",
            "-c",
            "qemu+unix:///system?socket=" + libvirt.folder().resolve("run/libvirt-sock"),
            "list",
            which,
            "--name");
    listed
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(line -> {
          Matcher uid = UID.matcher(line);
          uids.add(uid.find() ? uid.group() : line);
        });
    return uids;
  }

  private static long taps() throws IOException, InterruptedException {
    return output("ip", "-o", "link").lines().filter(line -> line.contains(": ct")).count();
  }

  /** DHCP servers of this node. */
  List<ProcessHandle> dnsmasqs() {
    return dnsmasqs(node);
  }

  static List<ProcessHandle> dnsmasqs(Node node) {
    return ProcessHandle.allProcesses()
        .filter(each -> commandLine(each).contains(node.state().toString()))
        .filter(each -> commandLine(each).contains("dnsmasq"))
        .toList();
  }

  /** As the kernel tells it: {@link ProcessHandle} shows no arguments of other users' processes. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  private void same(String what, Set<String> machines, Set<String> host) {
    say(machines.equals(host), what + " are " + host + ", running machines " + machines);
  }

  private void say(boolean right, String otherwise) {
    if (!right) {
      wrong.add(otherwise);
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return text;
  }
}
