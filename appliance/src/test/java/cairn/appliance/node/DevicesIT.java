package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What guests find in machines of every osType, with and without paravirtualization, and with every
 * bootloader, as their own kernels tell it. All boot at once, because that is the dear part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DevicesIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  /** Virtio where the kernel finds it; the agent's channel is the console driver's. */
  private static final String PARAVIRTUAL =
      "virtio_balloon virtio_blk virtio_console virtio_net virtio_scsi ";

  private Node node;
  private Guests guests;
  private HostTraces before;

  @BeforeAll
  void bootAll(@TempDir Path home) throws Exception {
    node = new Node(home, LIBVIRT);
    before = HostTraces.of(node.state(), LIBVIRT);
    guests = new Guests(node, home.resolve("images"));
    guests.secret("told", "cloud-init", Map.of("userData", FirmwareMemory.script(1)));
    guests.secret("answers", "sysprep", Map.of("autounattend.xml", "<a/>", "unattend.xml", "<u/>"));
    String disks =
        "[{kind: VirtualDisk, name: NAME}, {kind: VirtualDisk, name: NAME-data}, "
            + "{kind: VirtualImage, name: tiny}, {kind: VirtualImage, name: disc}]";
    String seed = "provisioning: {type: UserData, userData: '#cloud-config'}";
    guests.machine(
        "unsigned", "tiny", "bootloader: EFIWithSecureBoot", "[{kind: VirtualDisk, name: NAME}]");
    guests.machine("efi", "tiny", "bootloader: EFI", "[{kind: VirtualDisk, name: NAME}]");
    guests.machine(
        "windows",
        "complete",
        "osType: Windows, bootloader: EFIWithSecureBoot, "
            + "provisioning: {type: UserDataRef, userDataRef: {kind: Secret, name: told}}",
        disks);
    guests.machine("generic", "tiny", seed, disks);
    guests.machine(
        "plain",
        "complete",
        "enableParavirtualization: false, "
            + "provisioning: {type: SysprepRef, sysprepRef: {kind: Secret, name: answers}}",
        disks);
    guests.machine("legacy", "complete", "osType: Legacy", disks);
    guests.machine("older", "complete", "osType: Legacy, enableParavirtualization: false", disks);
  }

  @AfterAll
  void stopNode() throws Exception {
    guests.close();
    node.close();
  }

  @ParameterizedTest
  @Order(1)
  @CsvSource({
    "generic, sd, sr0, virtio_net, bios",
    "plain, sd, sr0, e1000, bios",
    "legacy, vd, sr0, virtio_net, bios",
    "older, sd, sr0, 8139cp, bios",
    "windows, sd, sr0, virtio_net, uefi"
  })
  void aGuestFindsItsDisksByTheirSerialsAndItsCard(
      String machine, String driver, String disc, String card, String firmware) throws Exception {
    String said = guests.awaitReady(machine, 1);

    String log = said;
    assertTrue(said.contains("firmware=" + firmware), log);
    assertTrue(said.contains("driver=" + card), log);
    drive(said, driver, 0, guests.uid("VirtualDisk", machine));
    drive(said, driver, 0, guests.uid("VirtualDisk", machine + "-data"));
    drive(said, driver, 1, guests.uid("VirtualImage", "tiny"));
    assertTrue(said.contains("BLK " + disc + " "), log);
    assertTrue(said.contains("CD /dev/" + disc + " hello.txt"), log);
  }

  @Test
  @Order(2)
  void paravirtualDevicesFollowTheTable() throws Exception {
    assertTrue(
        guests
            .awaitReady("generic", 1)
            .contains(
                "VIRTIO virtio_balloon virtio_blk virtio_console virtio_net virtio_rng virtio_scsi"),
        guests.said("generic"));
    assertTrue(
        guests.awaitReady("windows", 1).contains("VIRTIO " + PARAVIRTUAL), guests.said("windows"));
    assertTrue(guests.said("windows").contains("TPM version=2"), guests.said("windows"));
    for (String without : List.of("plain", "legacy", "older")) {
      assertFalse(guests.awaitReady(without, 1).contains("TPM version"), guests.said(without));
    }
    for (String complete : List.of("plain", "legacy", "older", "windows")) {
      assertTrue(guests.said(complete).contains("USB QEMU USB Tablet"), guests.said(complete));
    }
  }

  @Test
  @Order(3)
  void windowsSetupFindsItsAnswers() throws Exception {
    assertTrue(
        guests.awaitReady("plain", 1).contains("CD /dev/sr1 autounattend.xml unattend.xml"),
        guests.said("plain"));
    assertEquals("True ProvisioningReady", guests.condition("plain", "ProvisioningReady"));
  }

  @Test
  @Order(4)
  void secureBootStartsOnlyWhatIsSigned() throws Exception {
    guests.awaitSaid("unsigned", "Access Denied", 1);
    assertFalse(guests.said("unsigned").contains("GUEST"), guests.said("unsigned"));
    // The same disk, with UEFI that does not ask.
    assertTrue(guests.awaitReady("efi", 1).contains("firmware=uefi"), guests.said("efi"));
    assertFalse(guests.said("efi").contains("SECUREBOOT 1"), guests.said("efi"));

    assertTrue(guests.awaitReady("windows", 1).contains("SECUREBOOT 1"), guests.said("windows"));
  }

  @Test
  @Order(5)
  void firmwareRemembersAndTheSecretIsReadAnewAtTheNextStart() throws Exception {
    String first = guests.awaitReady("windows", 1);
    assertTrue(first.contains("TOLD 1"), first);
    assertTrue(first.contains("TPM REMEMBERS nothing"), first);
    assertTrue(first.contains("UEFI REMEMBERS nothing"), first);
    guests.change("told", Map.of("userData", FirmwareMemory.script(2)));

    guests.operate("windows", "Stop");
    guests.operate("windows", "Start");

    String second = guests.awaitReady("windows", 2);
    assertTrue(second.contains("TOLD 2"), second);
    assertTrue(second.contains("TPM REMEMBERS " + FirmwareMemory.TPM), second);
    assertTrue(second.contains("UEFI REMEMBERS " + FirmwareMemory.UEFI), second);
  }

  @Test
  @Order(6)
  void aTpmThatWasKilledIsBackAtTheNextStart() throws Exception {
    guests.killTpm("windows", LIBVIRT);

    guests.operate("windows", "Restart");

    String third = guests.awaitReady("windows", 3);
    assertEquals(3, third.split("TPM REMEMBERS " + FirmwareMemory.TPM, -1).length, third);
  }

  @Test
  @Order(7)
  void disksGrowUnderGuestsThatRun() throws Exception {
    for (String machine : List.of("generic", "legacy")) {
      guests.awaitReady(machine, 1);

      guests.grow(machine + "-data", "16Mi");

      // 16 MiB are 32,768 sectors; no other disk has as many.
      guests.type(machine, "echo GREW $(cat /sys/class/block/*/size) | grep -w 32768\n");
      guests.awaitSaid(machine, "\nGREW", 1);
      assertEquals(0, guests.restarts(machine), machine);
    }
  }

  @Test
  @Order(8)
  void deletingLeavesNothingBehind() throws Exception {
    guests.deleteAll();

    HostTraces[] now = {before};
    Node.await(
        "the host to be as it was: " + before,
        () -> {
          try {
            now[0] = HostTraces.of(node.state(), LIBVIRT);
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return now[0].equals(before);
        },
        () -> now[0].toString());
  }

  /**
   * ATA and virtio-blk have room for twenty characters of a serial. Which letter a disk gets is
   * chance: Linux looks at several targets at once.
   */
  private static void drive(String said, String driver, int readOnly, String uid) throws Exception {
    byte[] digest = MessageDigest.getInstance("MD5").digest(uid.getBytes(UTF_8));
    String serial = "%032x".formatted(new BigInteger(1, digest)).substring(0, 20);
    assertTrue(
        said.lines()
            .anyMatch(line ->
                line.contains("BLK " + driver)
                    && line.contains("ro=" + readOnly)
                    && line.contains("serial=" + serial)),
        () -> driver + " with " + serial + " is not in: " + said);
  }
}
