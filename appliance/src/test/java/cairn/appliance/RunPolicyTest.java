package cairn.appliance;

import cairn.appliance.api.Refusal;
import cairn.appliance.machine.RunPolicy;
import cairn.appliance.machine.RunPolicyDrill;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of run policies on machines that are made up. */
class RunPolicyTest {

  @ParameterizedTest
  @EnumSource(RunPolicy.class)
  void theTable(RunPolicy policy, @TempDir Path folder) {
    try (World world = new World(folder)) {
      Manifests.all(world, ",'runPolicy':'" + policy.word() + "'");
      new RunPolicyDrill(new MadeUp(world)).of(policy);
    }
  }

  private static final class MadeUp implements RunPolicyDrill.Subject {
    private final World world;
    private final AtomicInteger operations = new AtomicInteger();

    MadeUp(World world) {
      this.world = world;
    }

    private MachineId id() {
      return new MachineId(machine().uid());
    }

    private Resource machine() {
      return world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow();
    }

    @Override
    public void policy(RunPolicy policy) {
      world.patchMachine("{'spec':{'runPolicy':'" + policy.word() + "'}}");
      world.await(
          "the change to be seen",
          () ->
              machine().document().path("status").path("observedGeneration").asLong()
                  == machine().generation());
    }

    @Override
    public long instance() {
      return world.hypervisor.observe(id()).orElseThrow().instancePid().orElse(-1);
    }

    @Override
    public void awaitPhase(String phase) {
      world.awaitMachine(phase);
    }

    @Override
    public void awaitOther(long before) {
      world.await("another instance", () -> instance() > 0 && instance() != before);
    }

    @Override
    public String operation(String type) {
      String name = "op-" + operations.incrementAndGet();
      world.await("the machine to be free for " + type, () -> asked(name, type));
      world.await(
          type + " to end",
          () -> {
            String phase = world.phase("virtualmachineoperations", "default", name);
            return phase.equals("Completed") || phase.equals("Failed");
          });
      var status =
          world
              .get("virtualmachineoperations" + World.GROUP, "default", name)
              .orElseThrow()
              .document()
              .path("status");
      return status.path("phase").asString("")
          + " "
          + status
              .path("conditions")
              .valueStream()
              .filter(each -> each.path("type").asString("").equals("Completed"))
              .map(each -> each.path("reason").asString(""))
              .findFirst()
              .orElse("");
    }

    private boolean asked(String name, String type) {
      try {
        world.apply(Manifests.operation(name, type, ""));
        return true;
      } catch (Refusal unfinished) {
        return false;
      }
    }

    @Override
    public void guestPowersOff() {
      awaitNoticed();
      world.hypervisor.guestPowersOff(id());
    }

    @Override
    public void guestReboots() {
      awaitNoticed();
      world.hypervisor.guestReboots(id());
    }

    @Override
    public void crash() {
      awaitNoticed();
      world.hypervisor.guestCrashes(id());
    }

    private void awaitNoticed() {
      world.awaitMachine("Running");
    }

    @Override
    public void breakStart() {
      world.hypervisor.hostFailsNextStart(
          new HypervisorFault(HypervisorFault.Kind.REJECTED, "Planted", "no start today", null));
    }

    @Override
    public void mendStart() {
      // It fails once only.
    }
  }
}
