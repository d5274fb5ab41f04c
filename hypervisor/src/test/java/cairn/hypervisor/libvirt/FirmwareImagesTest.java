package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.domain.FirmwareImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which UEFI is taken from what a host describes. */
class FirmwareImagesTest {

  private static final String SECURE = "\"secure-boot\", \"enrolled-keys\", \"requires-smm\"";

  @TempDir private Path home = Path.of(".");
  private Path usual = Path.of(".");
  private Path local = Path.of(".");
  private FirmwareImages images = new FirmwareImages(List.of());

  @BeforeEach
  void makeFolders() throws IOException {
    usual = Files.createDirectory(home.resolve("usual"));
    local = home.resolve("local");
    images = new FirmwareImages(List.of(usual, local));
  }

  @Test
  void secureBootNeedsKeysAndTheOtherHasNone() throws IOException {
    describe(usual, "40-enrolled.json", "ms", 512, SECURE);
    describe(usual, "50-empty.json", "nokeys", 512, "\"secure-boot\", \"requires-smm\"");
    describe(usual, "60-plain.json", "plain", 512, "\"acpi-s3\"");

    assertEquals(image("ms", true), images.image(wanted(true)));
    assertEquals(image("plain", false), images.image(wanted(false)));
  }

  @Test
  void theFirstNameWinsAndALocalFileReplacesOrHides() throws IOException {
    describe(usual, "50-b.json", "b", 512, "");
    describe(usual, "40-a.json", "a", 512, "");
    assertEquals(image("a", false), images.image(wanted(false)));

    Files.createDirectory(local);
    describe(local, "40-a.json", "c", 512, "");
    assertEquals(image("c", false), images.image(wanted(false)));

    Files.writeString(local.resolve("40-a.json"), "");
    assertEquals(image("b", false), images.image(wanted(false)));
  }

  @Test
  void whatIsBrokenOrNotThereIsNotTaken() throws IOException {
    Files.writeString(usual.resolve("10-broken.json"), "{");
    describe(usual, "20-gone.json", "gone", 512, "");
    Files.delete(home.resolve("CODE.gone.fd"));
    describe(usual, "30-here.json", "here", 512, "");

    assertEquals(image("here", false), images.image(wanted(false)));
  }

  @Test
  void aMachineKeepsTheUefiThatItsVariablesAreFor() throws IOException {
    describe(usual, "40-large.json", "large", 512, "");
    describe(usual, "50-small.json", "small", 128, "");
    Files.write(wanted(false).variables(), new byte[128]);
    assertEquals(image("small", false), images.image(wanted(false)));

    Files.write(wanted(false).variables(), new byte[64]);
    HypervisorFault changed =
        assertThrows(HypervisorFault.class, () -> images.image(wanted(false)));
    assertEquals("FirmwareChanged", changed.reason());
  }

  @Test
  void aHostWithoutSaysWhatToInstall() throws IOException {
    describe(usual, "60-plain.json", "plain", 512, "");

    HypervisorFault missing = assertThrows(HypervisorFault.class, () -> images.image(wanted(true)));

    assertEquals("FirmwareMissing", missing.reason());
    assertTrue(String.valueOf(missing.getMessage()).contains("ovmf"), missing::getMessage);
  }

  private Firmware.Efi wanted(boolean secure) {
    return new Firmware.Efi(home.resolve("machine.fd"), secure);
  }

  private FirmwareImage image(String name, boolean secure) {
    return new FirmwareImage(
        home.resolve("CODE." + name + ".fd"), home.resolve("VARS." + name + ".fd"), secure);
  }

  private void describe(Path folder, String file, String name, int bytes, String features)
      throws IOException {
    FirmwareImage image = image(name, false);
    Files.write(image.code(), new byte[8]);
    Files.write(image.template(), new byte[bytes]);
    Files.writeString(
        folder.resolve(file),
        """
        {"interface-types": ["uefi"],
         "mapping": {"device": "flash",
           "executable": {"filename": "%s", "format": "raw"},
           "nvram-template": {"filename": "%s", "format": "raw"}},
         "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}],
         "features": [%s]}
        """
            .formatted(image.code(), image.template(), features));
  }
}
