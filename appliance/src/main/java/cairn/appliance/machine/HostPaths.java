package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.MachineSpec.SerialPort;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Where a machine's files are on the host; every name is made from its uid.
 *
 * @param sockets folder of serial ports
 * @param screens folder of screens, that QEMU's user can write
 * @param logs folder of what serial ports printed
 * @param seeds folder of first-boot data
 * @param variables folder of what UEFI remembers
 */
public record HostPaths(Path sockets, Path screens, Path logs, Path seeds, Path variables) {

  public HostPaths {
    requireNonNull(sockets, "sockets is null");
    requireNonNull(screens, "screens is null");
    requireNonNull(logs, "logs is null");
    requireNonNull(seeds, "seeds is null");
    requireNonNull(variables, "variables is null");
  }

  List<Path> folders() {
    return List.of(sockets, screens, logs, seeds, variables);
  }

  SerialPort serial(UUID machine) {
    return new SerialPort(sockets.resolve(machine + ".sock"), logs.resolve(machine + ".log"));
  }

  Path screen(UUID machine) {
    return screens.resolve(machine + ".sock");
  }

  Path seed(UUID machine) {
    return seeds.resolve(machine + ".iso");
  }

  /**
   * Two files, because a guest may write its keys into the one without Secure Boot: they would be
   * trusted once the machine boots with it.
   */
  Firmware.Efi efi(UUID machine, boolean secureBoot) {
    String kind = secureBoot ? "-secure.fd" : "-efi.fd";
    return new Firmware.Efi(variables.resolve(machine + kind), secureBoot);
  }
}
