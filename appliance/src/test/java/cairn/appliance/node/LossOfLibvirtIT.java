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
 * libvirt dies while guests end and instances begin: the narrow moments that {@link RoundsIT} meets
 * once in many rounds.
 */
class LossOfLibvirtIT {

  private static final int ROUNDS = Integer.getInteger("cairn.losses", 5);
  private static final int MACHINES = 4;

  /** A restart takes about that long from its request to the new instance. */
  private static final int MOMENTS_MILLIS = 700;

  private final long seed = Long.getLong("cairn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> told = new ArrayList<>();

  @Test
  void machinesRunAgainWheneverLibvirtDies(@TempDir Path folder, @TempDir Path home)
      throws Exception {
    try (OwnLibvirt libvirt = new OwnLibvirt(folder);
        Node node = new Node(home, folder);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      Fleet fleet = new Fleet(client);
      fleet.prepare(guest);
      for (int which = 0; which < MACHINES; which++) {
        fleet.createDisk(which);
        fleet.createMachine(which, "AlwaysOn", "");
      }
      Inventory.settle(told, fleet, client, node, libvirt);
      for (int round = 0; round < ROUNDS; round++) {
        told.clear();
        told.add("round " + round + " of seed " + seed);
        round(fleet, node, libvirt);
        Inventory.settle(told, fleet, client, node, libvirt);
      }
    }
  }

  /** Some machines are told to restart before the kill, the others after it. */
  private void round(Fleet fleet, Node node, OwnLibvirt libvirt) throws Exception {
    int before = random.nextInt(MACHINES + 1);
    for (int which = 0; which < before; which++) {
      restart(fleet, node, which);
    }
    TimeUnit.MILLISECONDS.sleep(random.nextInt(MOMENTS_MILLIS));
    told.add("kill of libvirt");
    ProcessHandle.of(libvirt.pid()).ifPresent(ProcessHandle::destroyForcibly);
    for (int which = before; which < MACHINES; which++) {
      restart(fleet, node, which);
    }
  }

  private void restart(Fleet fleet, Node node, int which) {
    int choice = random.nextInt(4);
    told.add("way " + choice + " to restart machine-" + which);
    try {
      Fleet.tryTo(() -> {
        switch (choice) {
          case 0 -> fleet.operate(which, "Restart", false);
          case 1 -> fleet.operate(which, "Restart", true);
          default -> type(fleet, node, which, choice == 2 ? 'R' : 'P');
        }
      });
    } catch (KubernetesClientException cut) {
      told.add("cut off: " + cut.getMessage());
    }
  }

  private static void type(Fleet fleet, Node node, int which, char key) {
    try {
      Fleet.typeAt(node.run(), fleet.machine(which).get().getMetadata().getUid(), key);
    } catch (IOException gone) {
      // The guest is not there at this moment.
    }
  }
}
