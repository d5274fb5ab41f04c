package cairn.appliance.node;

import cairn.appliance.machine.RunPolicy;
import cairn.appliance.machine.RunPolicyDrill;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of run policies on real guests, a machine of each policy beside the others: they are
 * created, power off, reboot, are killed, fail to start, are operated and change their policies.
 */
class RunPolicyIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  @Test
  void theTable(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      Fleet fleet = new Fleet(client);
      fleet.prepare(guest);
      List<Runnable> drills = new ArrayList<>();
      RunPolicy[] policies = RunPolicy.values();
      for (int which = 0; which < policies.length; which++) {
        RunPolicy policy = policies[which];
        fleet.createDisk(which);
        fleet.createMachine(which, policy.word(), "");
        SectorMachine machine = new SectorMachine(fleet, node, LIBVIRT, which);
        drills.add(() -> new RunPolicyDrill(machine).of(policy));
      }
      Together.all(drills);
    }
  }
}
