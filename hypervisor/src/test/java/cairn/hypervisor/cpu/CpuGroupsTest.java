package cairn.hypervisor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.MachineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On folders that look like the kernel's; the kernel itself is asked by the integration tests. */
class CpuGroupsTest {

  private static final MachineId MACHINE = new MachineId(new UUID(1, 2));

  @TempDir private Path root;

  @Test
  void theFirstVersionGetsSharesAndAQuota() throws Exception {
    Files.writeString(root.resolve("cpu.shares"), "1024");
    Files.writeString(root.resolve("cpu.cfs_quota_us"), "-1");

    CpuGroups groups = CpuGroups.open("abcd", 4, one());
    groups.limit(MACHINE, 4711, new CpuShare(2, 25));

    Path group = root.resolve("cairn-abcd/" + MACHINE);
    assertTrue(groups.usable(), groups.state());
    assertEquals("4096", read(root.resolve("cairn-abcd/cpu.shares")));
    assertEquals("512", read(group.resolve("cpu.shares")));
    assertEquals("200000", read(group.resolve("cpu.cfs_quota_us")));
    assertEquals("100000", read(group.resolve("cpu.cfs_period_us")));
    assertEquals("4711", read(group.resolve("cgroup.procs")));
  }

  @Test
  void theSecondVersionGetsAWeightAndALimit() throws Exception {
    Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io\n");
    Files.writeString(root.resolve("cgroup.subtree_control"), "cpu memory\n");

    CpuGroups groups = CpuGroups.open("abcd", 4, two());
    groups.limit(MACHINE, 4711, new CpuShare(2, 25));

    Path group = root.resolve("cairn-abcd/" + MACHINE);
    assertEquals("400", read(root.resolve("cairn-abcd/cpu.weight")));
    assertEquals("+cpu", read(root.resolve("cairn-abcd/cgroup.subtree_control")));
    assertEquals("50", read(group.resolve("cpu.weight")));
    assertEquals("200000 100000", read(group.resolve("cpu.max")));
    assertEquals("4711", read(group.resolve("cgroup.procs")));
  }

  @Test
  void anInstanceIsMovedOnceAndItsSuccessorAgain() throws Exception {
    Files.writeString(root.resolve("cpu.shares"), "1024");
    Files.writeString(root.resolve("cpu.cfs_quota_us"), "-1");
    CpuGroups groups = CpuGroups.open("abcd", 4, one());
    Path processes = root.resolve("cairn-abcd/" + MACHINE + "/cgroup.procs");
    groups.limit(MACHINE, 1, new CpuShare(1, 100));
    Files.delete(processes);

    groups.limit(MACHINE, 1, new CpuShare(1, 100));
    assertFalse(Files.exists(processes));

    groups.limit(MACHINE, 2, new CpuShare(1, 100));
    assertEquals("2", read(processes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpuset memory | '' | does not list the controller cpu",
        "'' | '' | does not list the controller cpu"
      })
  void aHostWithoutTheControllerSaysSo(String controllers, String delegated, String why)
      throws Exception {
    Files.writeString(root.resolve("cgroup.controllers"), controllers + "\n");
    Files.writeString(root.resolve("cgroup.subtree_control"), delegated + "\n");

    CpuGroups groups = CpuGroups.open("abcd", 4, two());

    assertFalse(groups.usable());
    assertTrue(groups.state().contains(why), groups.state());
    groups.limit(MACHINE, 1, new CpuShare(1, 100));
    groups.release(MACHINE);
    groups.keepOnly(List.of());
  }

  @Test
  void noControlGroupsAtAllAreNoError() {
    CpuGroups groups =
        CpuGroups.open("abcd", 4, List.of("22 1 0:20 / / rw - ext4 /dev/sda rw", "broken"));

    assertFalse(groups.usable());
    assertEquals("no control groups are mounted", groups.state());
  }

  @Test
  void theControllerIsInOneHierarchyOnly() {
    List<String> hybrid =
        List.of(
            "30 1 0:25 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
            "31 1 0:26 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset",
            "32 1 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct");

    assertEquals(
        new CpuMount(CpuMount.Version.ONE, Path.of("/sys/fs/cgroup/cpu,cpuacct")),
        CpuMount.among(hybrid).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 100, 1024, 100, 100000",
    "2, 50, 1024, 100, 200000",
    "1, 5, 51, 5, 100000",
    "1, 1, 10, 1, 100000",
    "248, 100, 253952, 10000, 24800000"
  })
  void sharesGoByTheGuaranteeAndLimitsByTheCores(
      int cores, int percent, int shares, int weight, long quota) {
    CpuShare share = new CpuShare(cores, percent);

    assertEquals(shares, share.shares());
    assertEquals(weight, share.weight());
    assertEquals(quota, share.quota());
  }

  private List<String> one() {
    return List.of("31 1 0:26 / " + root + " rw,relatime - cgroup cgroup rw,cpu");
  }

  private List<String> two() {
    return List.of("31 1 0:26 / " + root + " rw,relatime shared:4 - cgroup2 cgroup2 rw");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
