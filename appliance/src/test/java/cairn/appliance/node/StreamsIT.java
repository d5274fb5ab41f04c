package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.node.StreamClient.Answer;
import cairn.appliance.node.StreamClient.Closed;
import cairn.appliance.node.StreamClient.Refused;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Console, screen and ports of a real guest, by a client that behaves as {@code d8 v} and {@code
 * virtctl} do. One machine for all, stopped at the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class StreamsIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final String DVP = "plain.virtualization.deckhouse.io";
  private static final String KUBEVIRT = "plain.kubevirt.io";
  private static final String BASE64 = "base64.binary.k8s.io";
  private static final String NONE = "";
  private static final Closed TAKEN_OVER = new Closed(1001, "another user connected");
  private static final Closed NOT_RUNNING = new Closed(1011, "VirtualMachine is not Running");
  private static final String MACHINES =
      "/apis/subresources.virtualization.deckhouse.io/v1alpha2/namespaces/hello/virtualmachines/";

  private Path home;
  private Node node;
  private Hello hello;
  private SSLContext tls;
  private URI server;
  private HttpClient http;

  @BeforeAll
  void startMachine(@TempDir Path folder) throws Exception {
    home = folder;
    node = new Node(home, LIBVIRT);
    hello = new Hello(node, LIBVIRT);
    try (KubernetesClient client = node.client()) {
      Config configuration = client.getConfiguration();
      tls = SSLUtils.sslContext(configuration);
      server = URI.create(configuration.getMasterUrl());
    }
    http = HttpClient.newBuilder().sslContext(tls).build();
    hello.apply();
    hello.awaitPhase("Running");
    hello.awaitGuest("GUEST READY", 1);
    hello.awaitGuest(hello.field("status", "ipAddress").orElseThrow() + "/", 1);
  }

  @AfterAll
  void stopNode() throws Exception {
    http.shutdownNow();
    hello.close();
    node.close();
  }

  @Test
  @Order(1)
  void theConsoleTypesAndReadsUnderEverySubprotocol() throws Exception {
    for (String subprotocol : List.of(DVP, KUBEVIRT, NONE)) {
      try (StreamClient console = open("hello/console", subprotocol)) {
        console.send("\recho con''sole-of-" + subprotocol + ".\r");
        console.awaitText("console-of-" + subprotocol + ".");
        assertEquals(List.of(), console.texts());
      }
      awaitFree("console");
    }
    try (StreamClient console = open("hello/console", BASE64)) {
      console.sendText(
          Base64.getEncoder().encodeToString("\recho in-six''ty-four\r".getBytes(UTF_8)));
      Node.await(
          "the answer in base64",
          () -> decoded(console.texts()).contains("in-sixty-four"),
          () -> decoded(console.texts()));
    }
    awaitFree("console");
    assertEquals(400, refusal("hello/console", "channel.k8s.io").code());
    assertEquals("{}", probe("console"), "who was refused the upgrade holds nothing");
  }

  @Test
  @Order(2)
  void whoComesNextTakesTheConsoleOver() throws Exception {
    awaitFree("console");
    try (StreamClient first = open("hello/console", DVP);
        StreamClient second = open("hello/console", KUBEVIRT)) {
      assertEquals(TAKEN_OVER, first.awaitClosed());
      second.send("\recho still-''here\r");
      second.awaitText("still-here");
      assertTrue(
          probe("console")
              .matches(
                  "\\{\"holder\":\"[^\"]+\",\"startTime\":\"[-0-9]+T[:0-9]+Z\",\"client\":\"d8\"}"),
          probe("console"));
    }
    awaitFree("console");
    awaitEvent("ConsoleSessionPreempted");
  }

  @Test
  @Order(3)
  void aPlainVncClientGetsAPictureOfTheScreen() throws Exception {
    Picture picture;
    try (StreamClient screen = open("hello/vnc", DVP)) {
      assertTrue(probe("vnc").contains("\"client\":\"d8\""), probe("vnc"));
      picture = picture(screen);
    }
    awaitFree("vnc");

    assertTrue(picture.width() >= 640 && picture.height() >= 400, picture::toString);
    assertTrue(picture.lit() > 50, picture::toString);
  }

  @Test
  @Order(4)
  void whoComesNextTakesTheScreenOver() throws Exception {
    try (StreamClient first = open("hello/vnc", DVP)) {
      first.awaitText("RFB 003.008");
      try (StreamClient second = open("hello/vnc", NONE)) {
        assertEquals(TAKEN_OVER, first.awaitClosed());
        second.awaitText("RFB 003.008");
      }
    }
    awaitEvent("VNCSessionPreempted");
  }

  @Test
  @Order(5)
  void tcpPortsAreReachedAndEndAsTheGuestEndsThem() throws Exception {
    byte[] much = new byte[300_000];
    for (int at = 0; at < much.length; at++) {
      much[at] = (byte) ((at * 31) >> 3);
    }
    try (StreamClient echo = open("hello/portforward?port=7&protocol=tcp", DVP)) {
      for (int at = 0; at < much.length; at += 30_000) {
        echo.send(java.util.Arrays.copyOfRange(much, at, at + 30_000));
      }
      Node.await(
          "all bytes back",
          () -> echo.received().length >= much.length,
          () -> echo.received().length + " bytes");
      assertArrayEquals(much, echo.received());
    }
    try (StreamClient page = open("hello/portforward?port=80", NONE)) {
      page.send("GET / HTTP/1.0\r\n\r\n");
      assertEquals(new Closed(1000, ""), page.awaitClosed());
      String answer = new String(page.received(), US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.") && answer.endsWith("Hello from hello.\n"), answer);
    }
  }

  @Test
  @Order(6)
  void datagramsKeepTheirBoundaries() throws Exception {
    try (StreamClient echo = open("hello/portforward?port=7&protocol=udp", DVP)) {
      List<String> sent = List.of("one", "two two", "x".repeat(1400));
      for (int at = 0; at < sent.size(); at++) {
        int wanted = at + 1;
        echo.send(sent.get(at));
        Node.await(
            "datagram " + wanted + " back",
            () -> echo.messages().size() >= wanted,
            () -> echo.messages().size() + " messages");
      }
      assertEquals(sent, echo.messages().stream().map(m -> new String(m, US_ASCII)).toList());
    }
  }

  @Test
  @Order(7)
  void aPortThatNobodyListensOnSaysSo() throws Exception {
    try (StreamClient closed = open("hello/portforward?port=81&protocol=tcp", DVP)) {
      assertEquals(
          new Closed(1011, "connection refused: nothing listens on TCP port 81 of the guest"),
          closed.awaitClosed());
    }
    for (String query :
        List.of(
            "",
            "?port=",
            "?port=0",
            "?port=65536",
            "?port=-1",
            "?port=22x",
            "?port=22&port=23",
            "?port=22&protocol=sctp",
            "?port=22&protocol=TCP")) {
      Answer answer = refusal("hello/portforward" + query, DVP);
      assertEquals(400, answer.code(), query + answer);
      assertTrue(answer.body().contains("expected"), answer::toString);
    }
  }

  @Test
  @Order(8)
  void withoutAnUpgradeThereIsOnlyTheProbe() throws Exception {
    HttpResponse<String> plain = get("hello/console");

    assertEquals(400, plain.statusCode());
    assertTrue(plain.body().contains("Upgrade request required"), plain.body());
    assertEquals(400, get("hello/portforward?port=7&probe=true").statusCode());
    assertEquals(404, get("nobody/console?probe=true").statusCode());
    assertEquals(404, get("nobody/vnc?probe=true").statusCode());
    Answer missing = refusal("nobody/vnc", DVP);
    assertEquals(404, missing.code());
    assertTrue(missing.body().contains("not found"), missing::toString);
    assertEquals("application/json", missing.headers().get("content-type"));
  }

  @Test
  @Order(9)
  void theCommandJoinsAPortWithItsOwnInputAndOutput() throws Exception {
    Ran ran = cairn("ping\n", "port-forward", "hello", "7", "--stdio");
    assertEquals(new Ran(0, "ping\n", ""), ran);

    Ran closed = cairn("", "port-forward", "hello", "81", "--stdio=true");
    assertEquals(1, closed.code(), closed::toString);
    assertTrue(closed.err().contains("nothing listens on TCP port 81"), closed::toString);

    Ran missing = cairn("", "port-forward", "nobody", "7", "--stdio");
    assertEquals(1, missing.code(), missing::toString);
    assertTrue(missing.err().contains("not found"), missing::toString);
  }

  @Test
  @Order(11)
  void theCommandListensForOthers() throws Exception {
    Process forwarding = start("port-forward", "hello", "0:80", "udp/0:7");
    try (BufferedReader said = forwarding.inputReader(US_ASCII)) {
      int page = port(said.readLine());
      int echo = port(said.readLine());

      for (int round = 0; round < 2; round++) {
        assertEquals(
            "Hello from hello.\n",
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page + "/")).build(),
                    BodyHandlers.ofString())
                .body());
      }
      try (DatagramSocket peer = new DatagramSocket()) {
        peer.setSoTimeout(60_000);
        peer.connect(InetAddress.getLoopbackAddress(), echo);
        peer.send(new DatagramPacket("datagram".getBytes(US_ASCII), 8));
        DatagramPacket back = new DatagramPacket(new byte[100], 100);
        peer.receive(back);
        assertEquals("datagram", new String(back.getData(), 0, back.getLength(), US_ASCII));
      }
    } finally {
      forwarding.destroy();
    }
  }

  @Test
  @Order(12)
  void anyViewerSeesTheScreenThroughTheCommand() throws Exception {
    Process proxy = start("vnc", "hello", "--proxy-only");
    try (BufferedReader said = proxy.inputReader(US_ASCII)) {
      String line = said.readLine();
      assertTrue(line.matches("\\{\"port\":[0-9]+}"), line);
      for (int round = 0; round < 2; round++) {
        try (Socket viewer = new Socket(InetAddress.getLoopbackAddress(), port(line))) {
          Picture picture = Picture.take(viewer.getInputStream(), viewer.getOutputStream());
          assertTrue(picture.lit() > 50, picture::toString);
        }
      }
    } finally {
      proxy.destroy();
    }
  }

  @Test
  @Order(13)
  void aServiceThatEndsDropsItsClientsWithoutAWord() throws Exception {
    try (StreamClient console = open("hello/console", DVP);
        StreamClient screen = open("hello/vnc", DVP);
        StreamClient port = open("hello/portforward?port=7", DVP)) {
      node.stopService();

      assertEquals(1006, console.awaitClosed().code());
      assertEquals(1006, screen.awaitClosed().code());
      assertEquals(1006, port.awaitClosed().code());
    }
    node.restart();
    hello.awaitPhase("Running");
    assertEquals("{}", probe("console"));
  }

  @Test
  @Order(14)
  void aMachineThatStopsEndsItsStreamsAndIsRefusedAsOnThePlatform() throws Exception {
    try (StreamClient console = open("hello/console", DVP);
        StreamClient screen = open("hello/vnc", DVP);
        StreamClient port = open("hello/portforward?port=7", DVP)) {
      Ran stopped = cairn("", "stop", "hello", "--wait");
      assertEquals(0, stopped.code(), stopped::toString);
      assertTrue(stopped.out().startsWith("virtualmachine/hello: stop done ("), stopped::toString);

      assertEquals(NOT_RUNNING, console.awaitClosed());
      assertEquals(NOT_RUNNING, screen.awaitClosed());
      assertEquals(NOT_RUNNING, port.awaitClosed());
    }
    hello.awaitPhase("Stopped");
    for (String stream : List.of("hello/console", "hello/vnc", "hello/portforward?port=7")) {
      Answer answer = refusal(stream, DVP);
      assertEquals(500, answer.code(), stream + answer);
      assertEquals("application/json", answer.headers().get("content-type"));
      assertTrue(
          answer.body().contains("\"Internal error occurred: VirtualMachine is not Running\""),
          answer::toString);
    }
    assertEquals("{}", probe("console"));
    assertEquals("{}", probe("vnc"));

    Ran again = cairn("", "stop", "hello", "--wait");
    assertEquals(1, again.code(), again::toString);
    Ran started = cairn("", "start", "hello", "--wait");
    assertEquals(0, started.code(), started::toString);
    hello.awaitPhase("Running");
  }

  private record Ran(int code, String out, String err) {}

  /** Runs the command as people do, in the machine's namespace. */
  private Ran cairn(String input, String... words) throws Exception {
    Process process = start(words);
    // What hangs is cut off, so that its output ends.
    CompletableFuture<Process> end =
        process.onExit().orTimeout(2, TimeUnit.MINUTES).exceptionally(late -> cutOff(process));
    process.getOutputStream().write(input.getBytes(US_ASCII));
    process.getOutputStream().close();
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    String out = text(process.getInputStream());
    end.get().waitFor();
    return new Ran(process.exitValue(), out, err.get());
  }

  private static Process cutOff(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    return process;
  }

  private Process start(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(command().toString(), words[0], "-n", "hello"));
    all.addAll(List.of(words).subList(1, words.length));
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().put("KUBECONFIG", node.kubeconfig().toString());
    builder.environment().put("CAIRN_COMMAND", command().toString());
    return builder.start();
  }

  /** The command of what was compiled last, as the launcher runs that of a build. */
  private Path command() throws IOException {
    Path command = home.resolve("cairn");
    if (!Files.exists(command)) {
      Files.writeString(
          command,
          "#!/bin/sh\nexec %s --enable-native-access=ALL-UNNAMED -cp '%s:%s/*' cairn.appliance.cli.Cairn \"$@\"\n"
              .formatted(
                  Path.of(System.getProperty("java.home"), "bin/java"),
                  Path.of("target/classes").toAbsolutePath(),
                  Path.of("target/lib").toAbsolutePath()));
      Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return command;
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last number of a line, or that before the words about the machine's side. */
  private static int port(String line) {
    return Integer.parseInt(
        line.replaceFirst(" to port .*", "").replaceFirst("}", "").replaceFirst(".*:", ""));
  }

  private StreamClient open(String stream, String subprotocol) throws IOException {
    return StreamClient.open(tls, server, MACHINES + stream, subprotocol);
  }

  private Answer refusal(String stream, String subprotocol) {
    return assertThrows(Refused.class, () -> open(stream, subprotocol).close()).answer();
  }

  private HttpResponse<String> get(String stream) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.resolve(MACHINES + stream)).build(), BodyHandlers.ofString());
  }

  private String probe(String stream) {
    try {
      HttpResponse<String> answer = get("hello/" + stream + "?probe=true");
      assertEquals(200, answer.statusCode(), answer.body());
      return answer.body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitFree(String stream) throws InterruptedException {
    Node.await(stream + " to be free", () -> probe(stream).equals("{}"), () -> probe(stream));
  }

  private void awaitEvent(String reason) throws Exception {
    try (KubernetesClient client = node.client()) {
      Node.await(
          "event " + reason,
          () ->
              client.v1().events().inNamespace("hello").list().getItems().stream()
                  .anyMatch(event ->
                      event.getReason().equals(reason) && event.getType().equals("Warning")),
          hello::log);
    }
  }

  private static String decoded(List<String> texts) {
    StringBuilder all = new StringBuilder();
    texts.forEach(text -> all.append(new String(Base64.getDecoder().decode(text), UTF_8)));
    return all.toString();
  }

  /** Asks until something is drawn: text takes its time under emulation. */
  private static Picture picture(StreamClient screen) throws IOException {
    return Picture.take(
        new InputStream() {
          private int at;

          @Override
          public int read() throws IOException {
            try {
              Node.await(
                  "byte " + at + " of the screen",
                  () -> screen.received().length > at,
                  () -> screen.received().length + " bytes");
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return screen.received()[at++] & 255;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
              return 0;
            }
            int first = read();
            bytes[offset] = (byte) first;
            byte[] all = screen.received();
            int more = Math.min(length - 1, all.length - at);
            System.arraycopy(all, at, bytes, offset + 1, more);
            at += more;
            return 1 + more;
          }
        },
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            screen.send(new byte[] {(byte) value});
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            screen.send(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
          }
        });
  }
}
