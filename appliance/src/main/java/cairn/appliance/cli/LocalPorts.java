package cairn.appliance.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this computer, taken or refused with the reason. */
final class LocalPorts {

  private LocalPorts() {}

  static ServerSocket listen(InetSocketAddress address) {
    try {
      ServerSocket socket = new ServerSocket();
      try {
        socket.bind(address);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw taken(address, e);
    }
  }

  static DatagramSocket receive(InetSocketAddress address) {
    try {
      return new DatagramSocket(address);
    } catch (IOException e) {
      throw taken(address, e);
    }
  }

  private static Failure taken(InetSocketAddress address, Exception e) {
    return new Failure(
        Failure.REFUSED,
        "port %d of %s cannot be used: %s; 0 takes any free one"
            .formatted(address.getPort(), address.getHostString(), e.getMessage()),
        e);
  }
}
