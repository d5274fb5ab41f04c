package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A plain websocket client that behaves as those of the platform do: it offers one subprotocol or
 * none, sends binary messages, ignores text ones, answers pings, and calls a connection that ends
 * without a close frame 1006.
 */
final class StreamClient implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;
  private static final int DROPPED = 1006;

  private final SSLSocket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<byte[]> messages = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  /** How the server ended it. */
  record Closed(int code, String reason) {}

  /** What the server answered to the request to upgrade. */
  record Answer(int code, Map<String, String> headers, String body) {}

  /** The upgrade was refused. */
  static final class Refused extends IOException {

    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    Refused(Answer answer) {
      super(answer.toString());
      this.answer = answer;
    }

    Answer answer() {
      return answer;
    }
  }

  private StreamClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /**
   * @param subprotocol empty to offer none
   * @throws Refused if the server does not upgrade
   */
  static StreamClient open(SSLContext tls, URI server, String path, String subprotocol)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket.setSoTimeout(PATIENCE_SECONDS * 1000);
    StreamClient client = new StreamClient(socket);
    List<String> request =
        List.of(
            "GET " + path + " HTTP/1.1",
            "Host: " + server.getAuthority(),
            "User-Agent: d8",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            subprotocol.isEmpty() ? "Accept: */*" : "Sec-WebSocket-Protocol: " + subprotocol);
    client.out.write((String.join("\r\n", request) + "\r\n\r\n").getBytes(ISO_8859_1));
    client.out.flush();
    Answer answer = client.answer();
    if (answer.code() != 101) {
      socket.close();
      throw new Refused(answer);
    }
    if (!answer.headers().getOrDefault("sec-websocket-protocol", "").equals(subprotocol)) {
      throw new IOException("another subprotocol than " + subprotocol + ": " + answer);
    }
    socket.setSoTimeout(0);
    Thread.ofVirtual().name("stream-client").start(client::read);
    return client;
  }

  private Answer answer() throws IOException {
    int code = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] pair = line.split(": ?", 2);
      headers.put(pair[0].toLowerCase(Locale.ROOT), pair[1]);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Answer(code, headers, new String(in.readNBytes(length), UTF_8));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  void send(byte[] payload) throws IOException {
    frame(2, payload);
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void sendText(String text) throws IOException {
    frame(1, text.getBytes(UTF_8));
  }

  /** Everything that came so far. */
  synchronized byte[] received() {
    return bytes.toByteArray();
  }

  synchronized List<byte[]> messages() {
    return List.copyOf(messages);
  }

  synchronized List<String> texts() {
    return List.copyOf(texts);
  }

  void awaitText(String words) throws InterruptedException {
    Node.await(
        "the stream to say " + words,
        () -> new String(received(), ISO_8859_1).contains(words),
        () -> new String(received(), ISO_8859_1) + closed.getNow(new Closed(0, "open")));
  }

  Closed awaitClosed() throws Exception {
    return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void read() {
    try {
      while (true) {
        int first = in.readUnsignedByte();
        byte[] payload = in.readNBytes(length(in.readUnsignedByte()));
        switch (first & 15) {
          case 1 -> text(payload);
          case 0, 2 -> binary(payload);
          case 9 -> frame(10, payload);
          case 8 -> {
            frame(8, payload);
            int code = payload.length < 2 ? 1005 : ((payload[0] & 255) << 8) | (payload[1] & 255);
            closed.complete(new Closed(code, reason(payload)));
            socket.close();
            return;
          }
          default -> {}
        }
      }
    } catch (IOException e) {
      closed.complete(new Closed(DROPPED, String.valueOf(e.getMessage())));
    }
  }

  private static String reason(byte[] payload) {
    return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, UTF_8);
  }

  private int length(int second) throws IOException {
    return switch (second & 127) {
      case 126 -> in.readUnsignedShort();
      case 127 -> Math.toIntExact(in.readLong());
      default -> second & 127;
    };
  }

  private synchronized void binary(byte[] payload) {
    bytes.writeBytes(payload);
    messages.add(payload);
  }

  private synchronized void text(byte[] payload) {
    texts.add(new String(payload, UTF_8));
  }

  private synchronized void frame(int kind, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(128 | kind);
    if (payload.length < 126) {
      frame.write(128 | payload.length);
    } else {
      frame.write(128 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length & 255);
    }
    byte[] mask = {1, 2, 3, 4};
    frame.writeBytes(mask);
    for (int at = 0; at < payload.length; at++) {
      frame.write(payload[at] ^ mask[at % 4]);
    }
    out.write(frame.toByteArray());
    out.flush();
  }

  /** As a client that goes away in good order. */
  @Override
  public void close() throws IOException {
    if (!socket.isClosed()) {
      try {
        frame(8, new byte[] {3, (byte) 232});
      } catch (IOException gone) {
        // Then there is nobody to say goodbye to.
      }
      socket.close();
    }
  }
}
