package cairn.hypervisor.libvirt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.BootSector;
import cairn.hypervisor.DiskDevice.Source;
import cairn.hypervisor.Eventually;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.TestMachines;
import cairn.hypervisor.domain.DomainNames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Real guests that stand still: why is seen, and so is that they go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandstillIT {

  private final PrivateLibvirt libvirt = PrivateLibvirt.shared();
  private final LibvirtSettings settings = libvirt.settings("still");
  private final LibvirtHypervisor hypervisor = LibvirtHypervisor.connect(settings);

  @AfterEach
  void forgetAll() {
    hypervisor.observeAll().forEach(machine -> hypervisor.undefine(machine.id()));
  }

  @AfterAll
  void disconnect() {
    hypervisor.close();
  }

  @Test
  void whoIsPausedFromOutsideIsSeenAndGoesOnFromOutside() throws Exception {
    MachineSpec machine =
        started(libvirt.machines().of(BootSector.STUBBORN, Acceleration.EMULATION));
    Set<MachineId> told = ConcurrentHashMap.newKeySet();
    hypervisor.onChange(told::add);

    virsh("suspend", machine);
    Eventually.holds("told of the pause", () -> told.remove(machine.id()));
    assertEquals(new Power.Paused(PauseCause.REQUESTED), power(machine));

    virsh("resume", machine);
    Eventually.holds("told that it goes on", () -> told.remove(machine.id()));
    assertEquals(new Power.Running(), power(machine));
  }

  @Test
  void aDiskWithoutRoomIsNamedAndTheGuestGoesOnWhenThereIsSome() throws Exception {
    Path directory = libvirt.machines().directory();
    Path small = mounted(directory);
    try {
      MachineSpec machine = onDisk(directory, small);
      Path filling = small.resolve("filling");
      fill(filling);
      started(machine);

      Eventually.holds(
          "no room",
          () ->
              power(machine)
                  .equals(new Power.Paused(PauseCause.DISK_FULL, "root: no space left (ENOSPC)")));

      Files.delete(filling);
      hypervisor.resume(machine.id());
      Eventually.holds("goes on", () -> power(machine).equals(new Power.Running()));
    } finally {
      forgetAll();
      program("umount", small.toString());
    }
  }

  @Test
  void anInstanceWithoutItsProcessIsSeenThroughAndCanBeClearedAway() throws Exception {
    MachineSpec machine =
        started(libvirt.machines().of(BootSector.STUBBORN, Acceleration.EMULATION));
    Path record =
        settings
            .runDirectory()
            .resolve("qemu/" + new DomainNames(settings.instance()).of(machine.id()) + ".pid");
    Process over = new ProcessBuilder("true").start();
    over.waitFor();

    // libvirt believes in it, and the kernel knows no such process.
    Files.writeString(record, String.valueOf(over.pid()));
    assertEquals(new Power.Paused(PauseCause.INSTANCE_LOST), power(machine));

    hypervisor.pullPlug(machine.id());
    Eventually.holds("ended", () -> power(machine) instanceof Power.Stopped);
  }

  /** A machine whose sparse disk of 32 MiB lies on the small file system. */
  private static MachineSpec onDisk(Path directory, Path small) throws IOException {
    MachineSpec machine =
        new TestMachines(directory).of(BootSector.WRITING, Acceleration.EMULATION);
    Path disk = ((Source.Raw) machine.disks().getFirst().source()).file();
    Path there = small.resolve("disk.raw");
    Files.write(there, Files.readAllBytes(disk));
    Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rw-rw-rw-"));
    try (RandomAccessFile file = new RandomAccessFile(there.toFile(), "rw")) {
      file.setLength(32L << 20);
    }
    Files.delete(disk);
    Files.createSymbolicLink(disk, there);
    return machine;
  }

  private static Path mounted(Path directory) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/dev/loop-control")),
        "SKIPPED: /dev/loop-control is missing, no file system to fill");
    Path image = directory.resolve("small.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8L << 20);
    }
    program("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Path root = Files.createDirectory(directory.resolve("small"));
    program("mount", "-o", "loop", image.toString(), root.toString());
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return root;
  }

  private static void fill(Path file) throws IOException {
    // One sector at a time: nothing is left for the guest.
    byte[] block = new byte[512];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (; ; ) {
        out.write(block);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
    }
  }

  private MachineSpec started(MachineSpec machine) {
    hypervisor.define(machine);
    hypervisor.start(machine.id());
    return machine;
  }

  private Power power(MachineSpec machine) {
    return hypervisor.observe(machine.id()).orElseThrow().power();
  }

  private void virsh(String verb, MachineSpec machine) throws Exception {
    program("virsh", "-q", "-c", settings.uri(), verb, machine.id().toString());
  }

  private static void program(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", words) + ": " + said);
  }
}
