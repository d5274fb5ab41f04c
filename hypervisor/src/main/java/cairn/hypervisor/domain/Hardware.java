package cairn.hypervisor.domain;

import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.domain.Domain.Chipset;
import cairn.hypervisor.domain.Domain.UsbController;
import cairn.hypervisor.domain.Domain.VideoCard;

/**
 * Which kinds of devices a family of guests gets.
 *
 * <p>ATA knows no read-only disks: without virtio they are on USB.
 *
 * <p>First-boot data is always on virtio, whatever the preset: small cloud kernels have drivers for
 * no other bus.
 */
record Hardware(
    Chipset chipset,
    UsbController usb,
    DiskElement.Bus diskBus,
    DiskElement.Bus cdromBus,
    InterfaceElement.Model card,
    VideoCard video,
    boolean scsiController,
    boolean balloon) {

  DiskElement.Bus readOnlyDiskBus() {
    return switch (diskBus) {
      case VIRTIO, SCSI -> diskBus;
      case SATA, IDE, USB -> DiskElement.Bus.USB;
    };
  }

  static Hardware of(GuestKind guest, DeviceModel model) {
    return switch (guest) {
      case GENERIC, WINDOWS ->
          switch (model) {
            case PARAVIRTUAL ->
                q35(DiskElement.Bus.SCSI, DiskElement.Bus.SCSI, InterfaceElement.Model.VIRTIO);
            case EMULATED ->
                q35(DiskElement.Bus.SATA, DiskElement.Bus.SATA, InterfaceElement.Model.E1000);
          };
      case LEGACY ->
          switch (model) {
            case PARAVIRTUAL -> i440fx(DiskElement.Bus.VIRTIO, InterfaceElement.Model.VIRTIO, true);
            case EMULATED -> i440fx(DiskElement.Bus.IDE, InterfaceElement.Model.RTL8139, false);
          };
    };
  }

  private static Hardware q35(
      DiskElement.Bus diskBus, DiskElement.Bus cdromBus, InterfaceElement.Model card) {
    return new Hardware(
        Chipset.Q35, UsbController.XHCI, diskBus, cdromBus, card, VideoCard.VGA, true, true);
  }

  private static Hardware i440fx(
      DiskElement.Bus diskBus, InterfaceElement.Model card, boolean paravirtual) {
    return new Hardware(
        Chipset.I440FX,
        UsbController.UHCI,
        diskBus,
        DiskElement.Bus.IDE,
        card,
        VideoCard.CIRRUS,
        paravirtual,
        paravirtual);
  }
}
