package cairn.storage.imports;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends one byte after the other, each in time to look alive. */
final class DrippingServer implements AutoCloseable {

  private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread answering;

  DrippingServer(Duration pause) throws IOException {
    answering = Thread.ofVirtual().start(() -> drip(pause));
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/image");
  }

  private void drip(Duration pause) {
    try (Socket accepted = socket.accept();
        OutputStream stream = accepted.getOutputStream()) {
      stream.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      stream.flush();
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        stream.write(1);
        stream.flush();
      }
    } catch (IOException | InterruptedException ended) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    socket.close();
    try {
      answering.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
