package cairn.appliance.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A local UDP port whose datagrams go to a port of the machine: each peer has a stream of its own,
 * and each datagram is a message.
 */
final class UdpListener implements AutoCloseable {

  private static final int LARGEST = 65_507;

  /** Peers that were heard first are forgotten for others beyond so many. */
  private static final int MOST_PEERS = 256;

  private final DatagramSocket listening;
  private final MachineStream machine;
  private final HttpClient http;
  private final ForwardSpec spec;
  private final PrintWriter complaints;
  private final Map<SocketAddress, WebSocket> peers = new ConcurrentHashMap<>();

  UdpListener(
      InetSocketAddress address,
      MachineStream machine,
      HttpClient http,
      ForwardSpec spec,
      PrintWriter complaints) {
    this.machine = machine;
    this.http = http;
    this.spec = spec;
    this.complaints = complaints;
    this.listening = LocalPorts.receive(address);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Serves until it is closed. */
  void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (!listening.isClosed()) {
      try {
        packet.setLength(LARGEST);
        listening.receive(packet);
        send(packet);
      } catch (IOException e) {
        return; // Closed.
      } catch (Failure | CompletionException e) {
        peers.remove(packet.getSocketAddress());
        complaints.println("cairn: port %d: %s".formatted(spec.target(), e.getMessage()));
        complaints.flush();
      }
    }
  }

  private void send(DatagramPacket packet) {
    SocketAddress peer = packet.getSocketAddress();
    WebSocket socket = peers.get(peer);
    if (socket == null || socket.isOutputClosed()) {
      if (peers.size() >= MOST_PEERS) {
        peers.values().forEach(WebSocket::abort);
        peers.clear();
      }
      socket = machine.open(http, spec.stream(), new Answers(peer));
      peers.put(peer, socket);
    }
    byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
    socket.sendBinary(ByteBuffer.wrap(datagram), true).join();
  }

  @Override
  public void close() {
    listening.close();
    peers.values().forEach(WebSocket::abort);
  }

  /** What the machine answers to one peer. */
  private final class Answers implements WebSocket.Listener {

    private final SocketAddress peer;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    Answers(SocketAddress peer) {
      this.peer = peer;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      message.writeBytes(bytes);
      if (last) {
        byte[] datagram = message.toByteArray();
        message.reset();
        try {
          listening.send(new DatagramPacket(datagram, datagram.length, peer));
        } catch (IOException e) {
          // Lost, as a datagram may be.
        }
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      peers.remove(peer, socket);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      peers.remove(peer, socket);
    }
  }
}
