package cairn.appliance.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.server.StreamEndpoint.Client;
import cairn.appliance.server.StreamEndpoint.Ending;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One forwarded connection, with a socket of this test as the guest. */
@Timeout(60)
class ForwardedPortsTest {

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final AtomicInteger left = new AtomicInteger();

  private final Client client =
      new Client() {
        @Override
        public void send(byte[] bytes) {
          told.add("bytes " + new String(bytes, US_ASCII));
        }

        @Override
        public void end(Ending ending, String reason) {
          told.add(ending + " " + reason);
        }
      };

  @Test
  void theGuestsEndIsTheClientsAfterAllBytes() throws Exception {
    try (ServerSocket guest = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TcpConnection connection = to(guest.getLocalPort());
      connection.begin(client);
      try (Socket peer = guest.accept()) {
        connection.received("to guest".getBytes(US_ASCII), true);
        assertEquals("to guest", new String(peer.getInputStream().readNBytes(8), US_ASCII));
        peer.getOutputStream().write("to client".getBytes(US_ASCII));
      }

      assertEquals("bytes to client", next());
      assertEquals("NORMAL ", next());
      connection.ended();
      assertEquals(1, left.get());
    }
  }

  @Test
  void aClientThatLeavesLetsTheGuestGo() throws Exception {
    try (ServerSocket guest = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TcpConnection connection = to(guest.getLocalPort());
      connection.begin(client);
      try (Socket peer = guest.accept()) {
        connection.ended();

        assertEquals(-1, peer.getInputStream().read());
      }
    }
  }

  @Test
  void whatEndedBeforeItBeganIsNotConnected() throws Exception {
    try (ServerSocket guest = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TcpConnection connection = to(guest.getLocalPort());
      connection.end(Ending.GONE, "early");

      connection.begin(client);

      assertEquals("GONE VirtualMachine is not Running", next());
    }
  }

  @Test
  void aClosedPortIsTheConnectionsTroubleAndSaysWhich() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }

    to(port).begin(client);

    assertEquals(
        "GONE connection refused: nothing listens on TCP port %d of the guest".formatted(port),
        next());
  }

  private TcpConnection to(int port) {
    return new TcpConnection(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        ignored -> left.incrementAndGet());
  }

  private String next() throws InterruptedException {
    return String.valueOf(told.poll(30, TimeUnit.SECONDS));
  }
}
