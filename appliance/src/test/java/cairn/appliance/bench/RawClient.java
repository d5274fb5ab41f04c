package cairn.appliance.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One HTTP/1.1 connection that costs next to nothing, so that the server is what is measured. */
public final class RawClient implements AutoCloseable {

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[64 << 10];

  public RawClient(SSLContext tls, int port) throws IOException {
    socket =
        (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.startHandshake();
    in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    out = socket.getOutputStream();
  }

  /** Asks and reads the whole answer; returns the length of its body. */
  public int get(String path) throws IOException {
    int length = ask(path);
    if (length >= 0) {
      skip(length);
      return length;
    }
    length = 0;
    for (int chunk = chunk(); chunk > 0; chunk = chunk()) {
      skip(chunk);
      line();
      length += chunk;
    }
    line();
    return length;
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private void skip(int bytes) throws IOException {
    int left = bytes;
    while (left > 0) {
      int read = in.read(buffer, 0, Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException(left + " bytes of the body are missing");
      }
      left -= read;
    }
  }

  /**
   * Asks and reads the head; the rest comes by {@link #line}.
   *
   * @return the length of the body, or -1 where it comes in chunks
   */
  public int ask(String path) throws IOException {
    out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
    out.flush();
    String status = line();
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(path + ": " + status);
    }
    int length = -1;
    for (String header = line(); !header.isBlank(); header = line()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    return length;
  }

  /** The next line, of the head or of what a watch sends. */
  public String line() throws IOException {
    int at = 0;
    int next = in.read();
    while (next != '\n') {
      if (next < 0) {
        throw new EOFException("the connection ended");
      }
      if (at == buffer.length) {
        buffer = java.util.Arrays.copyOf(buffer, 2 * at);
      }
      buffer[at++] = (byte) next;
      next = in.read();
    }
    return new String(buffer, 0, at, ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
