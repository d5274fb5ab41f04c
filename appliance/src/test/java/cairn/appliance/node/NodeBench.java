package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.bench.Results;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * First figures of a whole node: start to ready, memory at rest, and create to Running beside
 * libvirt's own define and start of the same XML, taken in turns in the same run. Run by {@code
 * make bench} inside {@code private-host}.
 */
final class NodeBench {

  private static final int ROUNDS = 7;

  private final Path work;
  private final Path libvirt = Path.of(System.getenv("CAIRN_TEST_LIBVIRT_DIR"));
  private final Results results;

  private NodeBench(Path work, Results results) {
    this.work = work;
    this.results = results;
  }

  /**
   * @param arguments work folder, results file, commit, folder of the tiny guest
   */
  public static void main(String[] arguments) throws Exception {
    Results results = new Results("node", arguments[2], Clock.systemUTC());
    new NodeBench(Path.of(arguments[0]), results).run(Path.of(arguments[3]));
    results.write(Path.of(arguments[1]));
    System.exit(0);
  }

  private void run(Path guest) throws Exception {
    HttpServer files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), guest, OutputLevel.NONE);
    files.start();
    try (Node node = new Node(Files.createDirectories(work.resolve("node")), libvirt)) {
      startToReady(node);
      try (KubernetesClient client = node.client()) {
        create(client, manifest(files.getAddress().getPort(), false));
        Node.await("the disk", () -> phase(client, "VirtualDisk").equals("Ready"), () -> "");
        createToRunning(client, manifest(files.getAddress().getPort(), true));
      }
    }
    files.stop(0);
  }

  private void startToReady(Node node) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      node.kill();
      long begin = System.nanoTime();
      node.restart();
      seconds.add((System.nanoTime() - begin) / 1e9);
    }
    results.note("startToReadySeconds", median(seconds));
    results.note("idleResidentMebibytes", node.residentBytes() / 1048576.0);
  }

  private void createToRunning(KubernetesClient client, String machine) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      create(client, machine);
      Node.await("Running", () -> phase(client, "VirtualMachine").equals("Running"), () -> "");
      ours.add((System.nanoTime() - begin) / 1e9);
      Path xml = xmlOfTheMachine();
      remove(client, machine);
      bare.add(defineAndStart(xml));
    }
    results.note("createToRunningSeconds", median(ours));
    results.note("libvirtDefineAndStartSeconds", median(bare));
    results.note("createToRunningOverLibvirt", median(ours) / median(bare));
  }

  /** The machine's definition under another name, with a tap, a seed and a console of its own. */
  private Path xmlOfTheMachine() throws Exception {
    String name = virsh("list", "--name").strip();
    String xml = virsh("dumpxml", "--inactive", name);
    Path seed = work.resolve("seed.iso");
    Matcher seeds = Pattern.compile("file='([^']*/seeds/[^']*)'").matcher(xml);
    if (seeds.find()) {
      Files.copy(Path.of(seeds.group(1)), seed, StandardCopyOption.REPLACE_EXISTING);
      open(seed);
    }
    String bare =
        xml.replaceAll("<name>[^<]*</name>", "<name>bare</name>")
            .replaceAll("<uuid>[^<]*</uuid>", "")
            .replaceAll("file='[^']*/seeds/[^']*'", "file='" + seed + "'")
            .replaceAll("<target dev='ct[^']*'", "<target dev='bare0'")
            .replaceAll("path='[^']*/console/[^']*'", "path='" + work.resolve("bare.sock") + "'")
            .replaceAll("file='[^']*/serial/[^']*'", "file='" + work.resolve("bare.log") + "'");
    Path file = work.resolve("bare.xml");
    Files.writeString(file, bare);
    return file;
  }

  private double defineAndStart(Path xml) throws Exception {
    command("ip", "tuntap", "add", "dev", "bare0", "mode", "tap", "vnet_hdr");
    long begin = System.nanoTime();
    virsh("define " + xml + "; start bare");
    double seconds = (System.nanoTime() - begin) / 1e9;
    virsh("destroy bare; undefine bare");
    command("ip", "link", "delete", "bare0");
    return seconds;
  }

  private static void create(KubernetesClient client, String manifest) {
    client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).create();
  }

  private static void remove(KubernetesClient client, String manifest) throws Exception {
    HasMetadata thing =
        client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).items().getFirst();
    client.resource(thing).delete();
    Node.await("the machine to go", () -> client.resource(thing).get() == null, () -> "");
  }

  private static String phase(KubernetesClient client, String kind) {
    return client
        .genericKubernetesResources("virtualization.deckhouse.io/v1alpha2", kind)
        .inNamespace("hello")
        .list()
        .getItems()
        .stream()
        .map(item -> Objects.requireNonNullElse(item.<String>get("status", "phase"), ""))
        .findFirst()
        .orElse("");
  }

  /** The example's machine, or all of it but the machine. */
  private static String manifest(int port, boolean machine) throws IOException {
    String all =
        Files.readString(Path.of("../examples/hello.yaml"))
            .replace("127.0.0.1:8444", "127.0.0.1:" + port);
    int cut = all.lastIndexOf("---\n");
    return machine ? all.substring(cut) : all.substring(0, cut);
  }

  private String virsh(String... arguments) throws Exception {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            "virsh",
            "-q",
            "-c",
            "qemu+unix:///system?socket=" + libvirt.resolve("run/libvirt-sock")));
    words.addAll(List.of(arguments));
    return command(words.toArray(String[]::new));
  }

  private static String command(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", words) + ": " + output);
    }
    return output;
  }

  private static void open(Path file) throws IOException {
    Files.setPosixFilePermissions(
        file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
