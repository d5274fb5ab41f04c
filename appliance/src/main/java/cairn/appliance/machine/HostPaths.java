package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.MachineSpec.SerialPort;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where a machine's files are on the host; every name is made from its uid.
 *
 * @param sockets folder of serial ports
 * @param logs folder of what serial ports printed
 * @param seeds folder of first-boot data
 */
public record HostPaths(Path sockets, Path logs, Path seeds) {

  public HostPaths {
    requireNonNull(sockets, "sockets is null");
    requireNonNull(logs, "logs is null");
    requireNonNull(seeds, "seeds is null");
  }

  SerialPort serial(UUID machine) {
    return new SerialPort(sockets.resolve(machine + ".sock"), logs.resolve(machine + ".log"));
  }

  Path seed(UUID machine) {
    return seeds.resolve(machine + ".iso");
  }
}
