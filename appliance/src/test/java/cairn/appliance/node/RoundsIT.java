package cairn.appliance.node;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rounds of random operations on machines while the service, libvirt, a guest, a TPM or the DHCP
 * server is killed at a random moment: after each the whole node comes to rest, and the API,
 * libvirt, processes, files and taps tell the same story ({@link Inventory}).
 */
class RoundsIT {

  private static final int ROUNDS = Integer.getInteger("cairn.rounds", 20);
  private static final int MACHINES = 4;
  private static final List<String> POLICIES =
      List.of("AlwaysOn", "AlwaysOnUnlessStoppedManually", "Manual", "AlwaysOff");

  private enum Victim {
    SERVICE,
    LIBVIRT,
    GUEST,
    TPM,
    DHCP
  }

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> told = new ArrayList<>();

  @Test
  void theNodeComesToRestWhateverIsKilled(@TempDir Path folder, @TempDir Path home)
      throws Exception {
    try (OwnLibvirt libvirt = new OwnLibvirt(folder);
        Node node = new Node(home, folder);
        GuestSector guest = new GuestSector()) {
      HostTraces before = HostTraces.of(node.state(), folder);
      try (KubernetesClient client = node.client()) {
        Fleet fleet = new Fleet(client);
        fleet.prepare(guest);
        for (int which = 0; which < MACHINES; which++) {
          fleet.createDisk(which);
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        told.clear();
        told.add("round " + round + " of seed " + seed);
        round(node, libvirt);
        settle(node, libvirt);
      }
      try (KubernetesClient client = node.client()) {
        Fleet fleet = new Fleet(client);
        fleet.delete();
        Node.await("the fleet to go", fleet::gone, node::latestLog);
      }
      Node.await(
          "the host to be as it was: " + before,
          () -> traces(node, folder).equals(before),
          () -> traces(node, folder) + node.latestLog());
    }
  }

  /** Some operations, a kill, and some more into the wound. */
  private void round(Node node, OwnLibvirt libvirt) throws Exception {
    try (KubernetesClient client = node.client()) {
      Fleet fleet = new Fleet(client);
      for (int each = random.nextInt(1, 6); each > 0; each--) {
        something(fleet, node);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1200));
      Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
      boolean killed = kill(victim, node, libvirt);
      told.add("kill " + victim + (killed ? "" : ", but there is none"));
      if (victim == Victim.SERVICE) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
        node.restart();
      }
    }
    try (KubernetesClient client = node.client()) {
      something(new Fleet(client), node);
    }
  }

  private void something(Fleet fleet, Node node) {
    int which = random.nextInt(MACHINES);
    String policy = POLICIES.get(random.nextInt(POLICIES.size()));
    boolean force = random.nextBoolean();
    int choice = random.nextInt(10);
    told.add("choice " + choice + " machine-" + which + " " + policy + " force " + force);
    try {
      Fleet.tryTo(() -> {
        switch (choice) {
          case 0, 1, 2 -> fleet.createMachine(which, policy, which == 0 ? "osType: Windows" : "");
          case 3 -> fleet.deleteMachine(which);
          case 4 -> fleet.operate(which, "Start", false);
          case 5 -> fleet.operate(which, "Stop", force);
          case 6 -> fleet.operate(which, "Restart", force);
          case 7 -> fleet.patchMachine(which, "\"runPolicy\":\"" + policy + "\"");
          case 8 -> type(fleet, node, which, 'R');
          case 9 -> type(fleet, node, which, 'P');
          default -> throw new IllegalStateException("no choice " + choice);
        }
      });
    } catch (KubernetesClientException cut) {
      told.add("cut off: " + cut.getMessage());
    }
  }

  private static void type(Fleet fleet, Node node, int which, char key) {
    var machine = fleet.machine(which).get();
    if (machine != null) {
      try {
        Fleet.typeAt(node.run(), machine.getMetadata().getUid(), key);
      } catch (IOException gone) {
        // The guest ended before it could be typed at, or somebody else has its port.
      }
    }
  }

  private boolean kill(Victim victim, Node node, OwnLibvirt libvirt) throws Exception {
    switch (victim) {
      case SERVICE -> node.kill();
      case LIBVIRT -> {
        return ProcessHandle.of(libvirt.pid()).map(ProcessHandle::destroyForcibly).orElse(false);
      }
      case GUEST -> {
        return killOne(libvirt.guests());
      }
      case TPM -> {
        return killOne(libvirt.tpms());
      }
      case DHCP -> {
        return killOne(Inventory.dnsmasqs(node));
      }
    }
    return true;
  }

  private boolean killOne(List<ProcessHandle> processes) {
    return !processes.isEmpty()
        && processes.get(random.nextInt(processes.size())).destroyForcibly();
  }

  private void settle(Node node, OwnLibvirt libvirt) throws Exception {
    try (KubernetesClient client = node.client()) {
      Inventory.settle(told, new Fleet(client), client, node, libvirt);
    }
  }

  private static HostTraces traces(Node node, Path libvirt) {
    try {
      return HostTraces.of(node.state(), libvirt);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
