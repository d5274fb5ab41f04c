package cairn.appliance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One TLS connection that sends any bytes and reads HTTP/1.1 answers. Not thread-safe. */
final class RawConnection implements AutoCloseable {

  private static final int PATIENCE_MILLISECONDS = 60_000;

  private final SSLSocket socket;
  private final InputStream in;

  RawConnection(SSLContext tls, int port) throws IOException {
    socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLISECONDS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param stays whether the connection can be used again
   */
  record Answer(int code, Map<String, String> headers, String body, boolean stays) {}

  /**
   * The answer, or one with the code 0 if the server hung up before it had the whole request: it
   * may have answered, but a connection reset on the way back takes the answer with it.
   *
   * @throws EOFException if the server closed the connection without an answer
   * @throws java.net.SocketTimeoutException if it did neither answer nor close
   */
  Answer send(byte[] request) throws IOException {
    try {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      return new Answer(0, Map.of(), "", false);
    }
    return answer(new String(request, 0, Math.min(5, request.length), ISO_8859_1).equals("HEAD "));
  }

  private Answer answer(boolean headOnly) throws IOException {
    int code = Integer.parseInt(line().split(" ", -1)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    // What a HEAD is answered with tells the length of a body that is left out.
    byte[] body = headOnly ? new byte[0] : body(code, headers);
    boolean stays = !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
    return new Answer(code, headers, new String(body, UTF_8), stays && code != 101);
  }

  private byte[] body(int code, Map<String, String> headers) throws IOException {
    if (code == 101 || code == 204 || code == 304) {
      return new byte[0];
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks();
    }
    return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      String size = line();
      int end = size.indexOf(';');
      int length = Integer.parseInt((end < 0 ? size : size.substring(0, end)).strip(), 16);
      if (length == 0) {
        for (String trailer = line(); !trailer.isEmpty(); ) {
          trailer = line();
        }
        return out.toByteArray();
      }
      out.writeBytes(in.readNBytes(length));
      line();
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next == '\n') {
        return out.toString(ISO_8859_1).stripTrailing();
      }
      out.write(next);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Gone already.
    }
  }
}
