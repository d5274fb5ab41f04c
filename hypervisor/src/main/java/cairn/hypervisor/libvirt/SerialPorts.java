package cairn.hypervisor.libvirt;

import cairn.hypervisor.GuestStream;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineId;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Serial ports as unix sockets that QEMU listens on. QEMU serves one client at a time and leaves a
 * second one waiting without a word, so who holds a port is counted here; nobody but us connects.
 */
final class SerialPorts {

  private final Map<MachineId, Semaphore> ports = new ConcurrentHashMap<>();

  GuestStream open(MachineId machine, Path socket, Duration patience) {
    Semaphore port = ports.computeIfAbsent(machine, _ -> new Semaphore(1, true));
    if (!acquired(port, patience)) {
      throw new HypervisorFault(
          Kind.REJECTED,
          "SerialPortBusy",
          "the serial port of machine " + machine + " is in use: close the other console first",
          null);
    }
    try {
      return new SocketStream(
          SocketChannel.open(UnixDomainSocketAddress.of(socket)), port::release);
    } catch (IOException refused) {
      port.release();
      throw new HypervisorFault(
          Kind.TRANSIENT,
          "SerialPortClosed",
          "the serial port of machine %s at %s does not answer: %s"
              .formatted(machine, socket, refused.getMessage()),
          refused);
    }
  }

  private static boolean acquired(Semaphore port, Duration patience) {
    try {
      return port.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
