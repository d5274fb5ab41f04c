package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files that curl and the command send to a whole node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  private Path folder;
  private Node node;
  private KubernetesClient client;

  /** Larger than what may be gathered in memory, and not all zeros. */
  private byte[] content;

  @BeforeAll
  void begin(@TempDir Path home) throws IOException {
    folder = home;
    node = new Node(Files.createDirectory(home.resolve("node")), LIBVIRT);
    client = node.client();
    content = new byte[24 << 20];
    new Random(1).nextBytes(content);
    content[0] = 0;
  }

  @AfterAll
  void end() throws IOException {
    client.close();
    node.close();
  }

  @Test
  void curlSendsByBothVersionsOfHttp() throws Exception {
    Path raw = Files.write(folder.resolve("by-curl.raw"), content);
    for (String version : List.of("--http1.1", "--http2")) {
      String name = "by-curl" + version.replaceAll("[^a-z0-9]", "");
      String address = awaited(name);

      assertEquals("200", curl(version, address));
      assertEquals("200", curl(version, "-T", raw.toString(), address));

      assertEquals("Ready", Fleet.phase(settled(name)));
      assertEquals("404", curl(version, "-T", raw.toString(), address), "the address is nobody's");
      assertEquals("404", curl(version, address));
    }
    assertArrayEquals(content, Files.readAllBytes(images().getFirst()));
  }

  @Test
  void whatIsRefusedSaysSo() throws Exception {
    Path page = Files.writeString(folder.resolve("page.html"), "<html>Sign in</html>".repeat(99));
    Path raw = Files.write(folder.resolve("refused.raw"), content);
    String address = awaited("refused");

    assertEquals("404", curl("-X", "DELETE", address));
    assertEquals("404", curl("-T", raw.toString(), address.substring(0, address.length() - 1)));
    assertEquals(
        "500",
        curl("-T", raw.toString(), "-H", "Transfer-Encoding: chunked", "--http1.1", address),
        "no length");
    for (int again = 0; again < 6; again++) {
      assertEquals(
          "500",
          curl(
              "--http2",
              "--max-time",
              "20",
              "-T",
              raw.toString(),
              "-H",
              "Content-Length:",
              address),
          "no length, and the answer comes before the body is sent");
    }
    assertEquals("415", curl("-T", raw.toString(), "-H", "Content-Encoding: gzip", address));
    assertEquals("500", curl("-T", page.toString(), address));

    GenericKubernetesResource image = settled("refused");
    assertEquals("Failed", Fleet.phase(image));
    assertTrue(image.toString().contains("text (a web page?)"), image.toString());
  }

  @Test
  void aKillOfTheServiceInTheMiddleLeavesTheAddressOpen() throws Exception {
    Path raw = Files.write(folder.resolve("killed.raw"), content);
    String address = awaited("killed");
    Process sending =
        new ProcessBuilder(words("--limit-rate", "4M", "-T", raw.toString(), address)).start();
    Node.await(
        "bytes",
        () -> Fleet.phase(image("killed")).equals("Provisioning"),
        () -> image("killed") + node.latestLog());

    node.kill();
    assertTrue(sending.waitFor(30, TimeUnit.SECONDS));
    node.restart();

    Node.await(
        "asked for again",
        () -> Fleet.phase(image("killed")).equals("WaitForUserUpload"),
        () -> image("killed") + node.latestLog());
    assertEquals("200", curl("-T", raw.toString(), address));
    assertEquals("Ready", Fleet.phase(settled("killed")));
    try (Stream<Path> left = Files.list(node.state().resolve("images/tmp"))) {
      assertEquals(List.of(), left.toList(), "half files");
    }
  }

  @Test
  void theCommandMakesImagesAndDisks() throws Exception {
    Path raw = Files.write(folder.resolve("command.raw"), content);
    Path qcow2 = folder.resolve("command.qcow2");
    run("qemu-img", "convert", "-q", "-O", "qcow2", "-c", raw.toString(), qcow2.toString());
    run("gzip", "-k1", qcow2.toString());
    Path missing = folder.resolve("missing");
    Path packed = folder.resolve("command.qcow2.gz");

    assertTrue(
        cairn("image", "upload", "mine", packed.toString()).contains("virtualimage/mine: ready"));
    assertTrue(
        cairn("image", "upload", "--cluster", "ours", qcow2.toString())
            .contains("clustervirtualimage/ours: ready"));
    assertTrue(
        cairn("image", "upload", "--disk", "root", "--size", "64Mi", raw.toString())
            .contains("virtualdisk/root: ready"));

    assertEquals(
        List.of("24Mi", "24Mi", "64Mi"),
        List.of(
            unpacked("VirtualImage", "mine"),
            unpacked("ClusterVirtualImage", "ours"),
            client
                .genericKubernetesResources(Books.API, "VirtualDisk")
                .inNamespace("default")
                .withName("root")
                .get()
                .get("status", "capacity")));
    assertTrue(
        cairn("image", "upload", "mine", raw.toString())
            .contains("virtualimage/mine is Ready already"));
    assertTrue(cairn("image", "upload", "other", missing.toString()).contains("does not exist"));
    assertTrue(
        cairn("image", "upload", "other", "--size", "1Gi", raw.toString()).contains("--disk"));
    assertTrue(cairn("image", "upload", "../x", raw.toString()).contains("NAME is '../x'"));
    Path page = Files.writeString(folder.resolve("other.html"), "<html>Sign in</html>".repeat(99));
    String said = cairn("image", "upload", "page", page.toString());
    assertTrue(said.contains("did not take the file") && said.contains("web page"), said);
  }

  @Test
  void ofTwoCommandsForOneNameOneSendsAndTheOtherSaysWhyNot() throws Exception {
    Path raw = Files.write(folder.resolve("twice.raw"), content);
    Process one = new ProcessBuilder(command("image", "upload", "twice", raw.toString())).start();
    Process other = new ProcessBuilder(command("image", "upload", "twice", raw.toString())).start();

    assertTrue(one.waitFor(60, TimeUnit.SECONDS) && other.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, one.exitValue() + other.exitValue());
    assertEquals("Ready", Fleet.phase(settled("twice")));
  }

  private String unpacked(String kind, String name) {
    var images = client.genericKubernetesResources(Books.API, kind);
    var image =
        kind.startsWith("Cluster")
            ? images.withName(name).get()
            : images.inNamespace("default").withName(name).get();
    return image.get("status", "size", "unpacked");
  }

  /** The address of a new image. */
  private String awaited(String name) throws InterruptedException {
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: virtualization.deckhouse.io/v1alpha2
                kind: VirtualImage
                metadata: {name: %s, namespace: default}
                spec: {storage: ContainerRegistry, dataSource: {type: Upload}}
                """
                    .formatted(name)
                    .getBytes(StandardCharsets.UTF_8)))
        .create();
    Node.await(
        name + " to be asked for",
        () -> Fleet.phase(image(name)).equals("WaitForUserUpload"),
        () -> image(name) + node.latestLog());
    return image(name).get("status", "imageUploadURLs", "external");
  }

  private GenericKubernetesResource image(String name) {
    return client
        .genericKubernetesResources(Books.API, "VirtualImage")
        .inNamespace("default")
        .withName(name)
        .get();
  }

  private GenericKubernetesResource settled(String name) throws InterruptedException {
    Node.await(
        name + " to settle",
        () -> List.of("Ready", "Failed").contains(Fleet.phase(image(name))),
        () -> image(name) + node.latestLog());
    return image(name);
  }

  private List<Path> images() throws IOException {
    try (Stream<Path> files = Files.walk(node.state().resolve("images/sha256"))) {
      return files.filter(file -> file.endsWith("disk.raw")).toList();
    }
  }

  /** The code of the answer. */
  private static String curl(String... words) throws IOException, InterruptedException {
    return run(words(words).toArray(String[]::new));
  }

  private static List<String> words(String... words) {
    List<String> all =
        new ArrayList<>(List.of("curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}"));
    all.addAll(List.of(words));
    return all;
  }

  private String cairn(String... words) throws IOException, InterruptedException {
    return run(command(words).toArray(String[]::new));
  }

  private List<String> command(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                "target/classes:target/lib/*",
                "cairn.appliance.cli.Cairn"));
    all.addAll(List.of(words));
    all.addAll(List.of("--kubeconfig", node.kubeconfig().toString()));
    return all;
  }

  private static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
