package cairn.hypervisor.libvirt;

import cairn.hypervisor.GuestStream;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineId;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/**
 * Screens as unix sockets that QEMU listens on.
 *
 * <p>QEMU's user makes these sockets, so a guest that broke out of its QEMU could put a link to
 * another daemon's socket in their place, and whoever may look at that machine's screen would talk
 * to the daemon with our rights. Therefore who listens must be who runs this machine's QEMU.
 */
final class Screens {

  private Screens() {}

  /**
   * @param qemu process of the machine's running instance
   */
  static GuestStream open(MachineId machine, Path socket, long qemu) {
    try {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      try {
        UserPrincipal listens = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        UserPrincipal runs = Files.getOwner(Path.of("/proc/" + qemu));
        if (!listens.getName().equals(runs.getName())) {
          throw new HypervisorFault(
              Kind.REJECTED,
              "ScreenIsNotQemus",
              "the screen of machine %s at %s is served by user '%s', expected '%s' of its QEMU: remove that socket and start the machine anew"
                  .formatted(machine, socket, listens.getName(), runs.getName()),
              null);
        }
      } catch (IOException | RuntimeException notIts) {
        channel.close();
        throw notIts;
      }
      return new SocketStream(channel, () -> {});
    } catch (IOException refused) {
      throw new HypervisorFault(
          Kind.TRANSIENT,
          "ScreenClosed",
          "the screen of machine %s at %s does not answer: %s"
              .formatted(machine, socket, refused.getMessage()),
          refused);
    }
  }
}
