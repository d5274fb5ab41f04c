package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.storage.ImageSource;
import cairn.storage.ImageSource.Login;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A registry that others wrote: Debian's docker-registry, with TLS and a login. Where the program
 * is says {@code CAIRN_TEST_REGISTRY}.
 */
@Timeout(120)
class DebianRegistryIT {

  private static final Login READER = new Login("reader", "secret");

  @TempDir private Path folder;
  private Optional<Process> registry = Optional.empty();
  private ServerKey key;
  private HttpClient client;
  private String authority = "";

  @BeforeEach
  void start() throws IOException, InterruptedException, GeneralSecurityException {
    String program = System.getenv().getOrDefault("CAIRN_TEST_REGISTRY", "");
    assumeTrue(!program.isEmpty(), "CAIRN_TEST_REGISTRY names no docker-registry");
    key = ServerKey.make(folder);
    client = HttpClient.newBuilder().sslContext(key.trusting()).build();
    authority = "127.0.0.1:" + freePort();
    Path settings = settings();
    registry =
        Optional.of(
            new ProcessBuilder(program, "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start());
    awaitAnswer();
  }

  @AfterEach
  void stop() {
    registry.ifPresent(process -> process.destroyForcibly().onExit().join());
  }

  @Test
  void aDiskThatWasPushedComesBack() throws IOException, InterruptedException {
    byte[] disk = new byte[3 << 20];
    new Random(11).nextBytes(disk);
    byte[] layer = gzip(new TarBytes().folder("disk/").file("disk/image.img", disk).bytes());
    push(layer);
    Path raw = Files.createDirectory(folder.resolve("import")).resolve("disk.raw");

    bring(Optional.of(READER), raw);

    assertArrayEquals(disk, Files.readAllBytes(raw));
    StorageFault fault =
        assertThrows(StorageFault.class, () -> bring(Optional.empty(), folder.resolve("none.raw")));
    assertEquals("ImagePullFailed", fault.reason());
  }

  private void bring(Optional<Login> login, Path raw) throws IOException {
    new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost())
        .bring(
            new ImageSource.Container(
                authority + "/disks/small:1", Optional.of(key.certificate()), login),
            raw,
            (_, _) -> {});
  }

  private void push(byte[] layer) throws IOException, InterruptedException {
    String configuration = upload("{}".getBytes(StandardCharsets.UTF_8));
    String content = upload(layer);
    String type = "application/vnd.oci.image.manifest.v1+json";
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},
         "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}
        """
            .formatted(type, configuration, content, layer.length);
    HttpRequest.Builder request =
        request("/v2/disks/small/manifests/1")
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofString(manifest));
    assertEquals(201, send(request).statusCode());
  }

  private String upload(byte[] blob) throws IOException, InterruptedException {
    HttpResponse<String> begun =
        send(request("/v2/disks/small/blobs/uploads/").POST(BodyPublishers.noBody()));
    assertEquals(202, begun.statusCode(), begun.body());
    String digest = "sha256:" + HexFormat.of().formatHex(Checksums.sha256().digest(blob));
    URI place =
        URI.create(begun.headers().firstValue("Location").orElseThrow() + "&digest=" + digest);
    HttpRequest.Builder request =
        request(place.getRawPath() + "?" + place.getRawQuery())
            .PUT(BodyPublishers.ofByteArray(blob));
    assertEquals(201, send(request).statusCode());
    return digest;
  }

  private HttpRequest.Builder request(String path) {
    String pair = READER.user() + ":" + READER.password();
    String login = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(URI.create("https://" + authority + path))
        .header("Authorization", "Basic " + login);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private Path settings() throws IOException {
    byte[] salt = new byte[16];
    String hash = OpenBSDBCrypt.generate("2y", READER.password().toCharArray(), salt, 5);
    Path words = Files.writeString(folder.resolve("words"), READER.user() + ":" + hash + "\n");
    Path certificate = Files.writeString(folder.resolve("certificate"), key.certificate());
    Path secret = Files.writeString(folder.resolve("key"), key.secret());
    return Files.writeString(
        folder.resolve("settings.yml"),
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s}}
        auth: {htpasswd: {realm: test, path: %s}}
        http: {addr: '%s', secret: any, tls: {certificate: %s, key: %s}}
        """
            .formatted(folder.resolve("registry"), words, authority, certificate, secret));
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        assertEquals(200, send(request("/v2/").GET()).statusCode());
        return;
      } catch (ConnectException notYet) {
        if (System.nanoTime() > deadline) {
          throw new IOException(Files.readString(folder.resolve("log")), notYet);
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }
}
