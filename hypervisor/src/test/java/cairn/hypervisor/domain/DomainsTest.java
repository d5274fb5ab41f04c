package cairn.hypervisor.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.hypervisor.CpuModel;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.domain.Domain.Processor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainsTest {

  @ParameterizedTest
  @CsvSource({
    "GENERIC, PARAVIRTUAL, Q35, SCSI, SCSI, SCSI, VIRTIO",
    "WINDOWS, PARAVIRTUAL, Q35, SCSI, SCSI, SCSI, VIRTIO",
    "GENERIC, EMULATED, Q35, SATA, USB, SATA, E1000",
    "WINDOWS, EMULATED, Q35, SATA, USB, SATA, E1000",
    "LEGACY, PARAVIRTUAL, I440FX, VIRTIO, VIRTIO, IDE, VIRTIO",
    "LEGACY, EMULATED, I440FX, IDE, USB, IDE, RTL8139"
  })
  void devicesFollowTheGuest(
      GuestKind guest,
      DeviceModel model,
      Domain.Chipset chipset,
      DiskElement.Bus disk,
      DiskElement.Bus readOnly,
      DiskElement.Bus cdrom,
      InterfaceElement.Model card) {
    Hardware hardware = Hardware.of(guest, model);

    assertEquals(chipset, hardware.chipset());
    assertEquals(disk, hardware.diskBus());
    assertEquals(readOnly, hardware.readOnlyDiskBus());
    assertEquals(cdrom, hardware.cdromBus());
    assertEquals(card, hardware.card());
  }

  @Test
  void emulationHasNoHostProcessor() {
    assertEquals(
        new Processor.Maximum(), Processors.from(new CpuModel.Host(), Acceleration.EMULATION));
    assertEquals(
        new Processor.Maximum(),
        Processors.from(new CpuModel.HostPassthrough(), Acceleration.EMULATION));
    assertEquals(
        new Processor.Custom("Nehalem", List.of()),
        Processors.from(new CpuModel.Named("Nehalem"), Acceleration.EMULATION));
    assertEquals(new Processor.HostModel(), Processors.from(new CpuModel.Host(), Acceleration.KVM));
  }

  @Test
  void everyDriveHasANameOfItsOwn() {
    assertEquals("sda", DiskElement.Bus.SCSI.target(0));
    assertEquals("sdz", DiskElement.Bus.SATA.target(25));
    assertEquals("vdaa", DiskElement.Bus.VIRTIO.target(26));
    assertEquals("vdab", DiskElement.Bus.VIRTIO.target(27));
  }

  @Test
  void onlyNamesThatWeMakeAreOurs() {
    DomainNames names = new DomainNames("abcd");
    MachineId machine = new MachineId(UUID.fromString("00000001-0002-0003-0004-000000000005"));

    assertEquals(Optional.of(machine), names.machineOf(names.of(machine)));
    assertEquals(Optional.empty(), names.machineOf("cairn-abcd-1-2-3-4-5"));
    assertEquals(Optional.empty(), names.machineOf("cairn-abce-" + machine));
    assertEquals(Optional.empty(), names.machineOf("debian"));
    assertThrows(IllegalArgumentException.class, () -> new DomainNames("a-b"));
  }

  @Test
  void whatADomainNeedsIsReadBack() {
    DomainXmlReader.Needs needs = DomainXmlReader.needs(Specs.GENERIC.xml());

    assertEquals(
        List.of(
            Path.of("/pool/root.qcow2"),
            Path.of("/images/base.raw"),
            Path.of("/pool/data.raw"),
            Path.of("/pool/image.raw"),
            Path.of("/pool/install.raw"),
            Path.of("/pool/seed.raw")),
        needs.files());
    assertEquals(List.of("ctabcd123456780", "ctabcd123456781"), needs.taps());
    assertEquals(512 * 1024, needs.memoryKib());
    assertEquals(Optional.of(Path.of("/run/cairn/hello.serial")), needs.serialSocket());
    assertEquals(Optional.of(Path.of("/log/hello.log")), needs.serialLog());
    assertEquals(Optional.empty(), needs.variables());
    assertEquals(
        Optional.of(Path.of("/nvram/hello-secure.fd")),
        DomainXmlReader.needs(Specs.WINDOWS.xml()).variables());
  }
}
