package cairn.appliance.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.WebSocket;

/** A local TCP port whose connections end at a port of the machine. */
final class TcpListener implements AutoCloseable {

  private final ServerSocket listening;
  private final MachineStream machine;
  private final HttpClient http;
  private final ForwardSpec spec;
  private final PrintWriter complaints;

  TcpListener(
      InetSocketAddress address,
      MachineStream machine,
      HttpClient http,
      ForwardSpec spec,
      PrintWriter complaints) {
    this.machine = machine;
    this.http = http;
    this.spec = spec;
    this.complaints = complaints;
    this.listening = LocalPorts.listen(address);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Serves until it is closed; one connection that fails is that one's trouble. */
  void serve() {
    while (!listening.isClosed()) {
      try {
        Socket peer = listening.accept();
        Thread.ofVirtual().name("forwarded").start(() -> join(peer));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void join(Socket peer) {
    try (peer) {
      Tunnel tunnel = new Tunnel(peer.getOutputStream());
      WebSocket socket = machine.open(http, spec.stream(), tunnel);
      Thread sending =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  tunnel.send(peer.getInputStream(), socket);
                } catch (IOException e) {
                  // The peer is gone.
                }
                tunnel.sayGoodbye(socket);
              });
      Tunnel.Ended ended = tunnel.await();
      if (!ended.inGoodOrder()) {
        complain(StreamRefusal.said(machine.machine(), ended.reason()));
      }
      peer.close();
      sending.join();
      socket.abort();
    } catch (IOException | Failure e) {
      complain(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void complain(String why) {
    synchronized (complaints) {
      complaints.println("cairn: port %d: %s".formatted(spec.target(), why));
      complaints.flush();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
