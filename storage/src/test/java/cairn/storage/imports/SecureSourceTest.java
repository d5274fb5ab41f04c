package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS: the server must be who it says, by the certificates that were given. */
class SecureSourceTest {

  @TempDir private Path folder;
  private Optional<HttpsServer> server = Optional.empty();
  private String certificate = "";

  @BeforeEach
  void start() throws IOException {
    ServerKey key = ServerKey.make(folder);
    certificate = key.certificate();
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    started.setHttpsConfigurator(new HttpsConfigurator(key.context()));
    started.createContext(
        "/image",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 4096);
            exchange.getResponseBody().write(new byte[4096]);
          }
        });
    started.start();
    server = Optional.of(started);
  }

  @AfterEach
  void stop() {
    server.ifPresent(started -> started.stop(0));
  }

  @Test
  void aServerThatTheBundleVouchesForIsAsked() throws IOException {
    assertEquals(4096, bring("127.0.0.1", Optional.of(certificate)).transferred().bytes());
  }

  @Test
  void aServerThatNobodyVouchesForIsNotAsked() {
    StorageFault fault =
        assertThrows(StorageFault.class, () -> bring("127.0.0.1", Optional.empty()));

    assertEquals("TlsFailed", fault.reason());
  }

  @Test
  void aCertificateForAnotherNameIsNotBelieved() {
    StorageFault fault =
        assertThrows(StorageFault.class, () -> bring("localhost", Optional.of(certificate)));

    assertEquals("TlsFailed", fault.reason());
  }

  @Test
  void aBundleThatIsNoneIsRefused() {
    StorageFault fault =
        assertThrows(StorageFault.class, () -> bring("127.0.0.1", Optional.of("nonsense")));

    assertEquals("InvalidCaBundle", fault.reason());
  }

  private ImageImport.Imported bring(String host, Optional<String> bundle) throws IOException {
    URI url =
        URI.create(
            "https://" + host + ":" + server.orElseThrow().getAddress().getPort() + "/image");
    Path work = Files.createTempDirectory(folder, "import");
    return new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost())
        .bring(new ImageSource.Http(url, bundle, Map.of()), work.resolve("disk.raw"), (_, _) -> {});
  }
}
