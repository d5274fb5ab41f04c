package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.CpuModel;
import cairn.network.Ipv4Address;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything a machine needs, as one pass saw it.
 *
 * @param sizing met while the class allows the machine's size
 * @param placement met while the node is one that the machine may run on
 * @param firstBoot what the guest is told at its first boot
 */
record Needs(
    Need<CpuModel> machineClass,
    Need<Boolean> sizing,
    Need<Address> address,
    Need<List<ReadyDevice>> devices,
    Need<FirstBoot> firstBoot,
    Need<Boolean> placement) {

  /**
   * @param claim name of the claim that holds it
   */
  record Address(String claim, Ipv4Address address) {
    Address {
      requireNonNull(claim, "claim is null");
      requireNonNull(address, "address is null");
    }
  }

  Needs {
    requireNonNull(machineClass, "machineClass is null");
    requireNonNull(sizing, "sizing is null");
    requireNonNull(address, "address is null");
    requireNonNull(devices, "devices is null");
    requireNonNull(firstBoot, "firstBoot is null");
    requireNonNull(placement, "placement is null");
  }

  /** The gate: whether the machine may be started. */
  boolean met() {
    return all().allMatch(Need::isMet);
  }

  /** The first thing that is missing, in words. */
  Optional<String> missing() {
    return all()
        .flatMap(
            need -> need instanceof Need.Unmet<?> unmet ? Stream.of(unmet.message()) : Stream.of())
        .findFirst();
  }

  Needs withDevices(Need<List<ReadyDevice>> other) {
    return new Needs(machineClass, sizing, address, other, firstBoot, placement);
  }

  Needs withPlacement(Need<Boolean> other) {
    return new Needs(machineClass, sizing, address, devices, firstBoot, other);
  }

  private Stream<Need<?>> all() {
    return Stream.of(machineClass, sizing, address, devices, firstBoot, placement);
  }
}
