package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies below the API's own rules: TLS, both HTTP versions, streams and websockets. */
@Timeout(30)
final class ApiServerTest {

  private static final String WATCH = "/apis/example.org/v1/namespaces/default/things";

  @TempDir private Path directory;
  private final BlockingQueue<Optional<byte[]>> frames = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private CertificateAuthority authority;
  private ApiServer server;

  @BeforeEach
  void start() {
    authority =
        CertificateAuthority.open(
            directory.resolve("pki"), Instant.EPOCH.plusSeconds(1_700_000_000));
    server =
        ApiServer.start(
            new ApiServer.Address("127.0.0.1", 0, List.of("localhost", "127.0.0.1")),
            authority,
            new Answering(),
            this::accept,
            Patience.STANDARD);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void bothHttpVersionsAreSpokenOnOnePort() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      if (version.name().startsWith("HTTP_3")) {
        continue;
      }
      try (HttpClient client = admin(version)) {
        HttpResponse<String> response =
            client.send(get("/echo/a%2Fb?x=1%202"), BodyHandlers.ofString());

        assertEquals(version, response.version());
        assertEquals("GET [echo, a/b] {x=[1 2]} admin ", response.body());
        assertEquals(List.of("application/json"), response.headers().allValues("content-type"));
      }
    }
  }

  @Test
  void withoutCertificateTheCallerIsAnonymous() throws Exception {
    try (HttpClient client =
        Clients.client(HttpClient.Version.HTTP_2, authority, Optional.empty())) {
      String body = client.send(get("/echo"), BodyHandlers.ofString()).body();

      assertEquals("GET [echo] {} system:anonymous ", body);
    }
  }

  @Test
  void bodiesArriveWhateverTheirType() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
      for (String type :
          List.of(
              "",
              "application/json",
              "application/apply-patch+yaml",
              "x/y",
              "application/x-www-form-urlencoded",
              "nonsense")) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/echo"));
        if (!type.isEmpty()) {
          request.header("Content-Type", type);
        }
        HttpResponse<String> response =
            client.send(
                request.method("PATCH", HttpRequest.BodyPublishers.ofString("a=b&c")).build(),
                BodyHandlers.ofString());

        assertEquals("PATCH [echo] {} admin a=b&c", response.body(), type);
      }
    }
  }

  @Test
  void tooLargeABodyIsAStatus() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
      byte[] large = new byte[3 << 20];
      HttpRequest fits =
          HttpRequest.newBuilder(uri("/length"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(large))
              .build();
      assertEquals("3145728", client.send(fits, BodyHandlers.ofString()).body());

      byte[] larger = new byte[(3 << 20) + 1];
      HttpRequest exceeds =
          HttpRequest.newBuilder(uri("/length"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(larger))
              .build();
      HttpResponse<String> response = client.send(exceeds, BodyHandlers.ofString());

      assertEquals(413, response.statusCode());
      assertTrue(response.body().contains("\"RequestEntityTooLarge\""), response.body());
    }
  }

  @Test
  void aBodyOfAnySizeStreamsToWhoeverTakesIt() throws Exception {
    for (HttpClient.Version version :
        List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
      try (HttpClient client = admin(version)) {
        byte[] large = new byte[20 << 20];
        HttpRequest put =
            HttpRequest.newBuilder(uri("/taken/whole"))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
                .build();
        assertEquals(
            "%d of %d".formatted(large.length, large.length),
            client.send(put, BodyHandlers.ofString()).body());

        HttpRequest refused =
            HttpRequest.newBuilder(uri("/taken/nothing"))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
                .build();
        assertEquals("0 of " + large.length, client.send(refused, BodyHandlers.ofString()).body());
        // What nobody took is out of the way of the next request.
        assertEquals(
            "GET [echo] {} admin ", client.send(get("/echo"), BodyHandlers.ofString()).body());
      }
    }
  }

  @Test
  void aSenderThatFallsSilentOrLeavesIsNoticed() throws Exception {
    server.close();
    Patience hasty =
        new Patience(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofMillis(300));
    server =
        ApiServer.start(
            new ApiServer.Address("127.0.0.1", 0, List.of("localhost", "127.0.0.1")),
            authority,
            new Answering(),
            this::accept,
            hasty);
    String head = "PUT /taken/whole HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc";
    try (SSLSocket silent = socket()) {
      silent.getOutputStream().write(head.getBytes(UTF_8));

      assertTrue(taken().contains("nothing came for"), "silence");
    }
    try (SSLSocket leaving = socket()) {
      leaving.getOutputStream().write(head.getBytes(UTF_8));
    }
    assertTrue(taken().contains("broke"), "left");
  }

  private String taken() throws InterruptedException {
    return String.valueOf(closed.poll(10, TimeUnit.SECONDS));
  }

  private SSLSocket socket() throws Exception {
    SSLContext tls = Clients.tls(authority, Optional.of(authority.admin()));
    return (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", server.port());
  }

  @Test
  void wantOfMemoryIsAnswered() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
      HttpResponse<String> response = client.send(get("/exhausted"), BodyHandlers.ofString());

      assertEquals(500, response.statusCode());
      assertTrue(response.body().contains("\"InternalError\""), response.body());
    }
  }

  @Test
  void methodsNobodyKnowsAreAStatus() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
      HttpRequest request =
          HttpRequest.newBuilder(uri("/echo"))
              .method("PROPFIND", HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

      assertEquals(405, response.statusCode());
      assertTrue(response.body().contains("\"kind\":\"Status\""), response.body());
      assertEquals(List.of("application/json"), response.headers().allValues("content-type"));
    }
  }

  @Test
  void watchHeadersComeBeforeTheFirstEvent() throws Exception {
    for (HttpClient.Version version :
        List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
      try (HttpClient client = admin(version)) {
        // No event exists: the response must come all the same.
        HttpResponse<InputStream> response =
            client.sendAsync(get(WATCH), BodyHandlers.ofInputStream()).get(10, TimeUnit.SECONDS);
        assertEquals(List.of("application/json"), response.headers().allValues("content-type"));
        InputStream body = response.body();
        assertEquals(' ', body.read());

        frames.add(Optional.of("{\"type\":\"ADDED\"}\n".getBytes(UTF_8)));
        assertEquals("{\"type\":\"ADDED\"}\n", new String(body.readNBytes(17), UTF_8));

        frames.add(Optional.empty());
        assertEquals(-1, body.read());
        assertEquals("closed", closed.poll(10, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aReaderThatLeavesEndsItsWatch() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_2)) {
      HttpResponse<InputStream> response = client.send(get(WATCH), BodyHandlers.ofInputStream());
      response.body().close();

      assertEquals("closed", closed.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void aListUrlUpgradesToAWebsocket() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_2)) {
      Inbox inbox = new Inbox();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .header("Origin", "https://example.org")
              .buildAsync(websocket(WATCH), inbox)
              .get(10, TimeUnit.SECONDS);
      frames.add(Optional.of("{\"type\":\"ADDED\"}\n".getBytes(UTF_8)));

      assertEquals("text {\"type\":\"ADDED\"}", inbox.next());

      frames.add(Optional.empty());
      assertEquals("close 1000 ", inbox.next());
      assertEquals("", socket.getSubprotocol());
      assertEquals("closed", closed.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSubresourceStreamsBothWaysUnderTheOfferedSubprotocol() throws Exception {
    for (String subprotocol :
        List.of("plain.virtualization.deckhouse.io", "plain.kubevirt.io", "binary")) {
      try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
        Inbox inbox = new Inbox();
        WebSocket socket =
            client
                .newWebSocketBuilder()
                .subprotocols("unknown", subprotocol)
                .buildAsync(
                    websocket("/apis/sub.example.org/v1/namespaces/n/things/t/console"), inbox)
                .get(10, TimeUnit.SECONDS);
        assertEquals(subprotocol, socket.getSubprotocol());

        socket.sendBinary(ByteBuffer.wrap("hello".getBytes(UTF_8)), true).get(10, TimeUnit.SECONDS);
        assertEquals("binary HELLO", inbox.next());

        socket.sendBinary(ByteBuffer.wrap("leave".getBytes(UTF_8)), true).get(10, TimeUnit.SECONDS);
        assertEquals("close 1001 another user connected", inbox.next());
        assertEquals("ended", closed.poll(10, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void aRefusedUpgradeIsAStatus() throws Exception {
    try (HttpClient client = admin(HttpClient.Version.HTTP_1_1)) {
      CompletionException failure =
          assertThrows(
              CompletionException.class,
              () ->
                  client
                      .newWebSocketBuilder()
                      .buildAsync(websocket("/apis/example.org/v1/missing"), new Inbox())
                      .join());
      HttpResponse<?> response =
          assertInstanceOf(WebSocketHandshakeException.class, failure.getCause()).getResponse();

      assertEquals(404, response.statusCode());
      assertEquals(List.of("application/json"), response.headers().allValues("content-type"));
      assertFalse(response.headers().firstValue("content-length").isEmpty());
    }
  }

  @Test
  void anUpgradeWithoutAKeyIsAnsweredAtOnce() throws Exception {
    SSLContext tls = Clients.tls(authority, Optional.of(authority.admin()));
    try (SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "GET "
              + WATCH
              + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("Sec-WebSocket-Key"), answer);
    }
  }

  @Test
  void aPortInUseIsNamed() {
    PortInUse failure =
        assertThrows(
            PortInUse.class,
            () ->
                ApiServer.start(
                    new ApiServer.Address("127.0.0.1", server.port(), List.of("localhost")),
                    authority,
                    this::answer,
                    this::accept,
                    Patience.STANDARD));

    assertTrue(failure.toString().contains("port " + server.port()), failure.toString());
  }

  private final class Answering implements Api {

    @Override
    public Answer answer(Request request) {
      return ApiServerTest.this.answer(request);
    }

    @Override
    public Optional<Intake> intake(Request request) {
      return request.path().getFirst().equals("taken")
          ? Optional.of((length, body) -> take(request.path().get(1), length, body))
          : Optional.empty();
    }
  }

  private Answer take(String how, OptionalLong length, InputStream body) {
    long count = 0;
    try {
      if (how.equals("whole")) {
        count = body.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      closed.add(String.valueOf(e.getMessage()));
    }
    return new Answer.Whole(
        200, Answer.JSON, "%d of %d".formatted(count, length.orElse(-1)).getBytes(UTF_8));
  }

  private Answer answer(Request request) {
    if (request.path().getFirst().equals("echo")) {
      String text =
          request.method()
              + " "
              + request.path()
              + " "
              + request.query()
              + " "
              + request.caller().name()
              + " "
              + new String(request.body(), UTF_8);
      return new Answer.Whole(200, Answer.JSON, text.getBytes(UTF_8));
    }
    if (request.path().getFirst().equals("exhausted")) {
      throw new OutOfMemoryError("of a test");
    }
    if (request.path().getFirst().equals("length")) {
      return new Answer.Whole(
          200, Answer.JSON, Integer.toString(request.body().length).getBytes(UTF_8));
    }
    return new Answer.Stream(Answer.JSON, new Frames());
  }

  private Upgrades.Upgraded accept(Request request) {
    if (request.path().contains("missing")) {
      throw new Refusal(Reason.NOT_FOUND, "the server could not find the requested resource");
    }
    return request.path().contains("console")
        ? new Upgrades.Upgraded.Bytes(Shouting::new)
        : new Upgrades.Upgraded.Events(new Frames());
  }

  private HttpClient admin(HttpClient.Version version) {
    return Clients.client(version, authority, Optional.of(authority.admin()));
  }

  private HttpRequest get(String target) {
    return HttpRequest.newBuilder(uri(target)).timeout(Duration.ofSeconds(10)).build();
  }

  private URI uri(String target) {
    return URI.create("https://127.0.0.1:" + server.port() + target);
  }

  private URI websocket(String target) {
    return URI.create("wss://127.0.0.1:" + server.port() + target);
  }

  private final class Frames implements FrameSource {
    @Override
    public Optional<byte[]> next() throws InterruptedException {
      return frames.take();
    }

    @Override
    public void close() {
      closed.add("closed");
    }
  }

  private final class Shouting implements StreamEndpoint.Connected {

    private StreamEndpoint.@Nullable Client client;

    @Override
    public void begin(StreamEndpoint.Client opened) {
      client = opened;
    }

    @Override
    public void received(byte[] bytes, boolean endsMessage) {
      String text = new String(bytes, UTF_8);
      StreamEndpoint.Client to = requireNonNull(client);
      if (text.equals("leave")) {
        to.end(StreamEndpoint.Ending.TAKEN_OVER, "another user connected");
      } else {
        try {
          to.send(text.toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void ended() {
      closed.add("ended");
    }
  }

  private static final class Inbox implements WebSocket.Listener {

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return Optional.ofNullable(messages.poll(10, TimeUnit.SECONDS)).orElse("nothing came");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      messages.add("text " + text);
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
      messages.add("binary " + UTF_8.decode(bytes));
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      messages.add("close " + code + " " + reason);
      return null;
    }
  }
}
