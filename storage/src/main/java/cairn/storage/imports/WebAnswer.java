package cairn.storage.imports;

import cairn.storage.StorageFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A server's answer: head read, body to be read from {@link #body()}. */
record WebAnswer(int status, Map<String, String> headers, InputStream body, Socket socket)
    implements AutoCloseable {

  private static final int LONGEST_LINE = 16 << 10;
  private static final int MOST_HEADERS = 200;

  static WebAnswer read(InputStream stream, Socket socket, String shown) throws IOException {
    int status = status(line(stream, shown), shown);
    Map<String, String> headers = new HashMap<>();
    int count = 0;
    for (String line = line(stream, shown); !line.isEmpty(); line = line(stream, shown)) {
      int colon = line.indexOf(':');
      if (colon < 1 || ++count > MOST_HEADERS) {
        throw notHttp(shown);
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    return new WebAnswer(status, Map.copyOf(headers), body(stream, headers, shown), socket);
  }

  Optional<String> redirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> Optional.ofNullable(headers.get("location"));
      default -> Optional.empty();
    };
  }

  /** The name of exactly these bytes, where the server gives one; a weak tag may cover others. */
  Optional<String> entity() {
    return Optional.ofNullable(headers.get("etag")).filter(tag -> tag.startsWith("\""));
  }

  /** Whether this is the rest of a file from {@code position} on. */
  boolean beginsAt(long position) {
    return status == 206
        && headers.getOrDefault("content-range", "").startsWith("bytes " + position + "-");
  }

  WebAnswer requireFile(String shown) {
    if (status != 200) {
      close();
      throw Refused.forNow(
          "UnexpectedHttpStatus", "The server of " + shown + " answered " + status + ".", null);
    }
    if (!headers.getOrDefault("content-encoding", "identity").equals("identity")) {
      close();
      throw Refused.forGood(
          "UnexpectedEncoding",
          "The server of " + shown + " re-encodes the file although asked not to.");
    }
    return this;
  }

  OptionalLong length() {
    return chunked(headers) ? OptionalLong.empty() : declaredLength(headers);
  }

  @Override
  public void close() {
    closeQuietly(socket);
  }

  /** Nothing is lost: whatever mattered was read or will be asked again. */
  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      return;
    }
  }

  private static InputStream body(InputStream stream, Map<String, String> headers, String shown) {
    if (chunked(headers)) {
      return new ChunkedBody(stream, shown);
    }
    OptionalLong length = declaredLength(headers);
    return length.isPresent() ? new SizedBody(stream, length.getAsLong(), shown) : stream;
  }

  private static boolean chunked(Map<String, String> headers) {
    return headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked");
  }

  private static OptionalLong declaredLength(Map<String, String> headers) {
    String text = headers.getOrDefault("content-length", "");
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private static int status(String line, String shown) {
    if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
      throw notHttp(shown);
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  static String line(InputStream stream, String shown) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = stream.read(); octet != '\n'; octet = stream.read()) {
      if (octet < 0) {
        throw incomplete(shown);
      }
      if (line.length() >= LONGEST_LINE) {
        throw notHttp(shown);
      }
      line.append((char) octet);
    }
    String text =
        new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  static StorageFault incomplete(String shown) {
    return Refused.forNow(
        "SourceIncomplete",
        "The server of " + shown + " closed the connection before the end of the file.",
        null);
  }

  private static StorageFault notHttp(String shown) {
    return Refused.forGood("NotHttp", "What answers at " + shown + " does not speak HTTP/1.1.");
  }
}
