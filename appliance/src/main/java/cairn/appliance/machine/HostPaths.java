package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.MachineSpec.SerialPort;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where a machine's files are on the host; every name is made from its uid.
 *
 * @param sockets folder of serial ports
 * @param screens folder of screens, that QEMU's user can write
 * @param logs folder of what serial ports printed
 * @param seeds folder of first-boot data
 */
public record HostPaths(Path sockets, Path screens, Path logs, Path seeds) {

  public HostPaths {
    requireNonNull(sockets, "sockets is null");
    requireNonNull(screens, "screens is null");
    requireNonNull(logs, "logs is null");
    requireNonNull(seeds, "seeds is null");
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
}
