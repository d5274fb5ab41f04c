package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.resource.Bench;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Clients that ask for much and then stop reading: neither the watch nor the connection stays. */
@Timeout(60)
final class StalledClientTest {

  private static final Patience LITTLE =
      new Patience(Duration.ofSeconds(1), Duration.ofMillis(400), Duration.ofMillis(600));
  private static final byte[] FRAME = ("{" + " ".repeat(16_000) + "}\n").getBytes(US_ASCII);

  private static final String HANDSHAKE =
      """
      GET /endless HTTP/1.1
      Host: localhost
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");

  private static final String BAD_CHUNK =
      """
      POST /echo HTTP/1.1
      Host: localhost
      Transfer-Encoding: chunked

      1
      {
      zz
      """
          .replace("\n", "\r\n");

  @TempDir private Path directory;
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(StalledConnection.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private CertificateAuthority authority;
  private ApiServer server;

  @BeforeEach
  void start() {
    log.start();
    logger.addAppender(log);
    authority =
        CertificateAuthority.open(
            directory.resolve("pki"), Instant.EPOCH.plusSeconds(1_700_000_000));
    server =
        ApiServer.start(
            new ApiServer.Address("127.0.0.1", 0, List.of("localhost", "127.0.0.1")),
            authority,
            StalledClientTest.this::answer,
            _ -> new Upgrades.Upgraded.Events(new Endless("websocket")),
            LITTLE);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    server.close();
  }

  @Test
  void aWatchThatIsNotReadEndsWithItsConnection() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");

      assertEquals("endless", closed.poll(20, TimeUnit.SECONDS));
      assertEquals("over", rest(client));
    }
  }

  @Test
  void aWebsocketThatIsNotReadEndsWithItsConnection() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, HANDSHAKE);

      assertEquals("websocket", closed.poll(20, TimeUnit.SECONDS));
      assertEquals("over", rest(client));
    }
  }

  @Test
  void aLongAnswerThatIsNotReadEndsWithItsConnection() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
      // Nothing else tells that the server gave up.
      Bench.await("given up", () -> !log.list.isEmpty());

      assertEquals("over", rest(client));
    }
  }

  @Test
  void aReaderWhoTakesItsTimeIsServed() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, "GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      InputStream in = client.getInputStream();
      long read = 0;
      byte[] some = new byte[1 << 20];
      for (int step = 0; step < 8; step++) {
        read += in.readNBytes(some, 0, some.length);
        TimeUnit.MILLISECONDS.sleep(LITTLE.stalled().toMillis() / 3);
      }
      read += in.readAllBytes().length;

      assertEquals(true, read > LARGE, "only " + read + " bytes came");
    }
  }

  @Test
  void oneUnreadStreamOfManyEndsAlone() throws Exception {
    try (HttpClient client =
        Clients.client(HttpClient.Version.HTTP_2, authority, Optional.of(authority.admin()))) {
      HttpResponse<InputStream> unread =
          client.send(request("/endless"), BodyHandlers.ofInputStream());
      assertEquals(200, unread.statusCode());

      assertEquals("endless", closed.poll(30, TimeUnit.SECONDS));
      assertEquals("still here", client.send(request("/echo"), BodyHandlers.ofString()).body());
      client.shutdownNow();
    }
  }

  /** As a process that was stopped: it neither reads nor answers pings, the kernel does. */
  @Test
  void anHttp2ClientWithoutASignOfLifeIsDisconnected() throws Exception {
    try (SSLSocket client = connect("h2")) {
      client.getOutputStream().write(http2Get("/endless"));
      client.getOutputStream().flush();

      assertEquals("endless", closed.poll(20, TimeUnit.SECONDS));
      assertEquals("over", rest(client));
    }
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");

      String answer = all(client);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("did not come within"), answer);
    }
  }

  @Test
  void aStreamWhoseBodyDoesNotComeIsNotWaitedFor() throws Exception {
    try (SSLSocket client = connect("h2")) {
      client.getOutputStream().write(http2("/echo", 4));
      client.getOutputStream().flush();

      String answer = all(client);
      assertTrue(answer.contains("did not come within"), answer);
    }
  }

  @Test
  void aChunkThatIsNoneIsABadRequest() throws Exception {
    try (SSLSocket client = connect()) {
      ask(client, BAD_CHUNK);

      String answer = all(client);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("cannot be read to its end"), answer);
    }
  }

  private static final long LARGE = 24L << 20;

  private Answer answer(Request request) {
    return switch (request.path().getFirst()) {
      case "endless" -> new Answer.Stream(Answer.JSON, new Endless("endless"));
      case "large" -> new Answer.Whole(200, Answer.JSON, new byte[(int) LARGE]);
      default -> new Answer.Whole(200, Answer.JSON, "still here".getBytes(UTF_8));
    };
  }

  private SSLSocket connect(String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            Clients.tls(authority, Optional.of(authority.admin()))
                .getSocketFactory()
                .createSocket();
    // So little that it is full at once.
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void ask(SSLSocket client, String words) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(words.getBytes(US_ASCII));
    out.flush();
  }

  /** All that comes until the connection ends; what it does not, in time, is an error. */
  private static String all(SSLSocket client) throws IOException {
    client.setSoTimeout(20_000);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[64 << 10];
    try {
      for (int read = 0; read >= 0; read = client.getInputStream().read(some)) {
        all.write(some, 0, read);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after: " + all.toString(US_ASCII), e);
    } catch (IOException e) {
      // An end without a farewell is one, too.
    }
    return all.toString(US_ASCII);
  }

  /** Whether the connection ended, once all that still came is read. */
  private static String rest(SSLSocket client) {
    try {
      client.setSoTimeout(10_000);
      InputStream in = client.getInputStream();
      byte[] some = new byte[64 << 10];
      while (in.read(some) >= 0) {
        // What was on its way.
      }
      return "over";
    } catch (SocketTimeoutException e) {
      return "still open";
    } catch (IOException e) {
      return "over";
    }
  }

  /** A connection's beginning and one request, as RFC 9113 and 7541 write them. */
  private static byte[] http2Get(String path) {
    return http2(path, 5);
  }

  /**
   * @param flags 4 for all of the headers, 1 for no body
   */
  private static byte[] http2(String path, int flags) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.write(0x82); // :method GET
    headers.write(0x87); // :scheme https
    literal(headers, 1, "localhost"); // :authority
    literal(headers, 4, path); // :path
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    all.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS, none
    all.writeBytes(
        new byte[] {0, 0, (byte) headers.size(), 1, (byte) flags, 0, 0, 0, 1}); // HEADERS
    all.writeBytes(headers.toByteArray());
    return all.toByteArray();
  }

  private static void literal(ByteArrayOutputStream to, int name, String value) {
    to.write(name);
    to.write(value.length());
    to.writeBytes(value.getBytes(US_ASCII));
  }

  private HttpRequest request(String target) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + target))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private final class Endless implements FrameSource {

    private final String name;
    private boolean said;

    Endless(String name) {
      this.name = name;
    }

    @Override
    public Optional<byte[]> next() {
      return Optional.of(FRAME);
    }

    @Override
    public synchronized void close() {
      if (!said) {
        said = true;
        closed.add(name);
      }
    }
  }
}
