package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host goes down under real guests and comes up again: they power off one place after the other
 * and come back as their run policies and places say; who does not hear is ended when the limit is
 * over. A service that only starts anew leaves them alone.
 */
class HostPowerIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration DELAY = Duration.ofSeconds(3);

  private static final int DEAF = 0;
  private static final int EARLY = 1;
  private static final int USUAL = 2;
  private static final int BY_HAND = 3;
  private static final int LATE = 4;
  private static final int OFF = 5;

  private final List<SectorMachine> machines = new ArrayList<>();

  @Test
  void machinesGoAndComeWithTheirHost(@TempDir Path home) throws Exception {
    String limit = "  hostShutdownLimit: %ds\n".formatted(LIMIT.toSeconds());
    try (Node node = new Node(home, LIBVIRT, limit);
        GuestSector guest = new GuestSector()) {
      try (KubernetesClient client = node.client()) {
        prepare(new Fleet(client), node, guest);
      }
      List<Long> instances = machines.stream().map(SectorMachine::instance).toList();
      node.terminate();
      node.restart();
      try (KubernetesClient client = node.client()) {
        reconnect(new Fleet(client), node);
        running(DEAF, EARLY, USUAL, BY_HAND, LATE);
        assertEquals(instances, machines.stream().map(SectorMachine::instance).toList());

        goDown(client, node);
      }
      node.restart();
      try (KubernetesClient client = node.client()) {
        reconnect(new Fleet(client), node);
        comeUp();
      }
    }
  }

  private void prepare(Fleet fleet, Node node, GuestSector guest) {
    fleet.prepare(guest);
    create(
        fleet, DEAF, "AlwaysOnUnlessStoppedManually", "terminationGracePeriodSeconds: 600", "-9");
    create(fleet, EARLY, "AlwaysOn", "", "-5");
    create(fleet, USUAL, "AlwaysOnUnlessStoppedManually", "", "0");
    create(fleet, BY_HAND, "Manual", "", "1");
    create(fleet, LATE, "AlwaysOn", "", "5");
    create(fleet, OFF, "AlwaysOnUnlessStoppedManually", "", "5");
    reconnect(fleet, node);
    running(OFF);
    assertEquals("Completed OperationCompleted", machine(OFF).operation("Stop"));
    assertEquals("Completed OperationCompleted", machine(BY_HAND).operation("Start"));
    running(DEAF, EARLY, USUAL, BY_HAND, LATE);
    for (int which : List.of(DEAF, EARLY, USUAL, BY_HAND, LATE)) {
      machine(which).awaitBoots(1);
    }
    machine(DEAF).type('D');
  }

  private static void create(Fleet fleet, int which, String policy, String more, String place) {
    fleet.createMachine(which, policy, more);
    fleet.annotateMachine(
        which,
        "\"cairn.io/start-order\":\"%s\",\"cairn.io/start-delay\":\"%ds\""
            .formatted(place, DELAY.toSeconds()));
    fleet.createDisk(which);
  }

  private void goDown(KubernetesClient client, Node node) throws Exception {
    Stops stops = new Stops();
    try (var _ =
        client
            .genericKubernetesResources(Books.API, "VirtualMachine")
            .inNamespace(Fleet.NAMESPACE)
            .watch(stops)) {
      Instant began = Instant.now();
      node.shutDownHost();
      Duration took = Duration.between(began, Instant.now());
      assertTrue(took.compareTo(LIMIT) >= 0, "the deaf guest had only " + took);
      assertTrue(took.compareTo(LIMIT.multipliedBy(2)) < 0, "the limit was over long ago: " + took);
    }
    // What is told last may be lost: the service ends a moment later.
    assertEquals(
        List.of("machine-4", "machine-3", "machine-2", "machine-1"),
        stops.inOrder().stream().limit(4).toList(),
        "they went in another order than that of their places");
    for (int which : List.of(LATE, BY_HAND, USUAL, EARLY)) {
      assertEquals("shutdown", machine(which).endedBy(), "machine-" + which);
    }
    assertEquals("destroyed", machine(DEAF).endedBy());
    for (SectorMachine machine : machines) {
      assertEquals(-1, machine.instance(), "an instance is left");
    }
  }

  private void comeUp() {
    running(DEAF, EARLY, USUAL, LATE);
    assertEquals("Stopped", machine(BY_HAND).phase());
    assertEquals("Stopped", machine(OFF).phase());
    List<Instant> started =
        List.of(DEAF, EARLY, USUAL, LATE).stream()
            .map(which -> machine(which).instanceStarted())
            .toList();
    for (int next = 1; next < started.size(); next++) {
      Duration waited = Duration.between(started.get(next - 1), started.get(next));
      // The clock of processes ticks in hundredths of a second.
      assertTrue(
          waited.plusMillis(50).compareTo(DELAY) >= 0,
          () -> "one came too early after the one before it: " + started);
    }
  }

  private void reconnect(Fleet fleet, Node node) {
    machines.clear();
    for (int which = DEAF; which <= OFF; which++) {
      machines.add(new SectorMachine(fleet, node, LIBVIRT, which));
    }
  }

  private SectorMachine machine(int which) {
    return machines.get(which);
  }

  private void running(int... which) {
    for (int each : which) {
      machine(each).awaitPhase("Running");
    }
  }

  /** Who stops that was up, in order. */
  private static final class Stops implements Watcher<GenericKubernetesResource> {
    private final Set<String> up = new HashSet<>();
    private final List<String> stopped = new ArrayList<>();

    @Override
    public synchronized void eventReceived(Action action, GenericKubernetesResource machine) {
      String name = machine.getMetadata().getName();
      if (!Fleet.phase(machine).equals("Stopped")) {
        up.add(name);
      } else if (up.remove(name)) {
        stopped.add(name);
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      // The service has ended.
    }

    synchronized List<String> inOrder() {
      return List.copyOf(stopped);
    }
  }
}
