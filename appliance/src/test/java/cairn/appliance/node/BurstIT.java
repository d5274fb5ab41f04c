package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty machines are started, restarted and stopped at once: each goes through every phase, no
 * operation is forgotten, and nothing of them is left.
 */
class BurstIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final int MACHINES = 50;

  @Test
  void fiftyMachinesStartRestartAndStopAtOnce(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      HostTraces before = HostTraces.of(node.state(), LIBVIRT);
      Fleet fleet = new Fleet(client);
      fleet.prepare(guest);
      for (int which = 0; which < MACHINES; which++) {
        fleet.createDisk(which);
        fleet.createMachine(which, "AlwaysOnUnlessStoppedManually", "");
      }
      awaitAll("to run and boot", fleet, node, machine -> runs(machine) && boots(node, machine, 1));

      operateAll(fleet, "Restart");
      awaitAll(
          "to run again and boot",
          fleet,
          node,
          machine -> runs(machine) && boots(node, machine, 2));
      awaitOperations(fleet, node, MACHINES);

      operateAll(fleet, "Stop");
      awaitAll("to stop", fleet, node, machine -> Fleet.phase(machine).equals("Stopped"));
      awaitOperations(fleet, node, 2 * MACHINES);

      for (GenericKubernetesResource machine : fleet.machines()) {
        assertEquals(
            List.of("Running", "Running", "Stopped"),
            phases(machine).stream().filter(Set.of("Running", "Stopped")::contains).toList(),
            () -> phases(machine).toString());
      }
      for (String reason : List.of("Started", "Restarted", "Stopped")) {
        assertEquals(MACHINES, machinesOfEvents(client, reason).size(), reason);
      }
      fleet.delete();
      Node.await("the fleet to go", fleet::gone, node::latestLog);
      assertEquals(before, HostTraces.of(node.state(), LIBVIRT));
    }
  }

  private static void operateAll(Fleet fleet, String type) {
    for (int which = 0; which < MACHINES; which++) {
      fleet.operate(which, type, false);
    }
  }

  private static boolean runs(GenericKubernetesResource machine) {
    return Fleet.phase(machine).equals("Running");
  }

  private static boolean boots(Node node, GenericKubernetesResource machine, int boot) {
    return node.serialLog(machine.getMetadata().getUid()).contains("SECTOR BOOT " + boot);
  }

  private static void awaitAll(
      String what, Fleet fleet, Node node, Predicate<GenericKubernetesResource> done)
      throws InterruptedException {
    Node.await(
        "all " + what,
        () -> fleet.machines().stream().filter(done).count() == MACHINES,
        () -> fleet.machines().stream().filter(done.negate()).toList() + "\n" + node.latestLog());
  }

  private static void awaitOperations(Fleet fleet, Node node, int all) throws InterruptedException {
    Node.await(
        all + " operations to complete",
        () ->
            fleet.operations().stream()
                    .filter(operation -> Fleet.phase(operation).equals("Completed"))
                    .count()
                == all,
        () ->
            fleet.operations().stream()
                    .filter(operation -> !Fleet.phase(operation).equals("Completed"))
                    .toList()
                + "\n"
                + node.latestLog());
  }

  private static List<String> phases(GenericKubernetesResource machine) {
    List<Map<String, Object>> transitions = machine.get("status", "stats", "phasesTransitions");
    return transitions.stream().map(each -> String.valueOf(each.get("phase"))).toList();
  }

  /** Names of the machines that an event of this reason is about. */
  private static Set<String> machinesOfEvents(KubernetesClient client, String reason) {
    return client.v1().events().inNamespace(Fleet.NAMESPACE).list().getItems().stream()
        .filter(event -> reason.equals(event.getReason()))
        .filter(event -> "VirtualMachine".equals(event.getInvolvedObject().getKind()))
        .map(event -> event.getInvolvedObject().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
