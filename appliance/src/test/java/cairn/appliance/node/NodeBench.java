package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.bench.Results;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Figures of a whole node: start to ready, memory, the command beside kubectl, and create to
 * Running beside libvirt's own define and start of the same XML in the same run, one machine at a
 * time and as a stream of arrivals. Run by {@code make bench} inside {@code private-host}.
 */
final class NodeBench {

  private static final int ROUNDS = 7;
  private static final int OBJECTS = 1000;
  private static final int ARRIVALS = Integer.getInteger("cairn.bench.arrivals", 100);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** As many as the hypervisor's adapter gives jobs; more would only wait in libvirt. */
  private static final int PARALLEL = 8;

  private static final double MEBIBYTE = 1 << 20;

  /** Long enough for the heap to be given back, and for what follows a burst to be over. */
  private static final Duration CALM = Duration.ofSeconds(45);

  private static final Duration AT_REST = Duration.ofSeconds(60);

  /** Room for a thousand machines' addresses. */
  private static final String NETWORK =
      """
      network:
        cidrs:
          - 10.77.0.0/20
      """;

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
    Path served = Files.createDirectories(work.resolve("served"));
    Files.copy(guest.resolve("tiny.qcow2"), served.resolve("tiny.qcow2"));
    Files.write(served.resolve("boot.raw"), bootSector());
    HttpServer files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), served, OutputLevel.NONE);
    files.start();
    int port = files.getAddress().getPort();
    try (Node node = new Node(Files.createDirectories(work.resolve("node")), libvirt, NETWORK)) {
      idle(node);
      try (KubernetesClient client = node.client()) {
        create(client, manifest(port, false));
        create(client, bootImage(port));
        Node.await("the disk", () -> phase(client, "VirtualDisk").equals("Ready"), () -> "");
        createToRunning(client, manifest(port, true));
        arrivals(node, client);
        commandBesideKubectl(node);
        machines(client);
      }
      startToReady(node, "startToReadyWithMachinesSeconds");
      settled(node, "residentWithMachinesMebibytes");
    }
    files.stop(0);
  }

  private void idle(Node node) throws Exception {
    try (KubernetesClient client = node.client()) {
      for (int each = 0; each < OBJECTS; each++) {
        create(client, configMap(each));
      }
    }
    startToReady(node, "startToReadySeconds");
    settled(node, "idleResidentMebibytes");
  }

  private void startToReady(Node node, String figure) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      node.kill();
      long begin = System.nanoTime();
      node.restart();
      seconds.add(since(begin));
    }
    results.note(figure, median(seconds));
  }

  /** What is resident once the work after the start is done. */
  private void settled(Node node, String figure) throws Exception {
    TimeUnit.SECONDS.sleep(10);
    results.note(figure, node.figures().residentBytes() / MEBIBYTE);
  }

  private void createToRunning(KubernetesClient client, String machine) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    Breakdown breakdown = Breakdown.begin(client);
    for (int round = 0; round < ROUNDS; round++) {
      try (Arrivals running = new Arrivals(client)) {
        long begin = System.nanoTime();
        create(client, machine);
        ours.add((running.at("hello") - begin) / 1e9);
      }
      Path xml = xmlOfTheMachine();
      remove(client, machine);
      bare.add(defineAndStart(xml));
    }
    breakdown.end(ROUNDS, (part, seconds) -> results.note("createAndDelete." + part, seconds));
    results.note("createToRunningSeconds", median(ours));
    results.note("libvirtDefineAndStartSeconds", median(bare));
    results.note("createToRunningOverLibvirt", median(ours) / median(bare));
  }

  /**
   * A hundred machines, one every 100 ms, their disks made before; then the same by libvirt alone.
   */
  private void arrivals(Node node, KubernetesClient client) throws Exception {
    for (int each = 0; each < ARRIVALS; each++) {
      create(client, bootDisk(each));
    }
    Node.await(
        "the disks", () -> countInPhase(client, "VirtualDisk", "Ready") == ARRIVALS + 1, () -> "");
    List<Double> ours = new ArrayList<>();
    Path template;
    double before = daemonsResident(node);
    try (Arrivals running = new Arrivals(client)) {
      Breakdown breakdown = Breakdown.begin(client);
      List<Long> due = onSchedule(each -> create(client, bootMachine(each)));
      for (int each = 0; each < ARRIVALS; each++) {
        ours.add((running.at("m" + each) - due.get(each)) / 1e9);
      }
      breakdown.end(ARRIVALS, (part, seconds) -> results.note("arrivals." + part, seconds));
      template = xmlOfTheMachine();
    }
    atRest(node, before);
    for (int each = 0; each < ARRIVALS; each++) {
      client
          .genericKubernetesResources("virtualization.deckhouse.io/v1alpha2", "VirtualMachine")
          .inNamespace("hello")
          .withName("m" + each)
          .delete();
    }
    Node.await(
        "the machines to go", () -> countInPhase(client, "VirtualMachine", "") == 0, () -> "");
    List<Double> bare = bareArrivals(Files.readString(template));
    results.note("arrivalsCreateToRunningMedianSeconds", median(ours));
    results.note("arrivalsLibvirtMedianSeconds", median(bare));
    results.note("arrivalsCreateToRunningOverLibvirt", median(ours) / median(bare));
  }

  /** What the burst leaves behind while its machines run: the daemons' memory, and work at rest. */
  private void atRest(Node node, double before) throws Exception {
    TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
    results.note("mebibytesPerMachineBeyondQemu", (daemonsResident(node) - before) / ARRIVALS);
    double begin = node.figures().cpuSeconds();
    TimeUnit.NANOSECONDS.sleep(AT_REST.toNanos());
    double used = node.figures().cpuSeconds() - begin;
    results.note("cpuPercentAtRestWithMachines", 100 * used / AT_REST.toSeconds());
  }

  /** The service and libvirt together, in MiB. */
  private double daemonsResident(Node node) throws IOException {
    long bytes = node.figures().residentBytes();
    for (String daemon : List.of("libvirtd", "virtlogd")) {
      String pid = Files.readString(libvirt.resolve("run/" + daemon + ".pid")).strip();
      bytes += ProcessFigures.of(Long.parseLong(pid)).residentBytes();
    }
    return bytes / MEBIBYTE;
  }

  private List<Double> bareArrivals(String template) throws Exception {
    Semaphore places = new Semaphore(PARALLEL);
    List<Path> definitions = new ArrayList<>();
    for (int each = 0; each < ARRIVALS; each++) {
      command("ip", "tuntap", "add", "dev", "bare" + each, "mode", "tap", "vnet_hdr");
      Path file = work.resolve("bare" + each + ".xml");
      Path disk = work.resolve("bare" + each + ".disk");
      bareDisk(disk, template.contains("type='qcow2'"));
      Files.writeString(
          file,
          template
              .replace("<name>bare</name>", "<name>bare" + each + "</name>")
              .replace("bare0'", "bare" + each + "'")
              .replace("bare.sock", "bare" + each + ".sock")
              .replace("bare.log", "bare" + each + ".log")
              .replaceAll("(?s)<backingStore.*?</backingStore>", "")
              .replaceAll("file='[^']*/disks/[^']*'", "file='" + disk + "'"));
      definitions.add(file);
    }
    Map<Integer, Long> done = new ConcurrentHashMap<>();
    List<Long> due =
        onSchedule(each -> {
          places.acquire();
          try {
            virsh("define " + definitions.get(each) + "; start bare" + each);
          } finally {
            places.release();
          }
          done.put(each, System.nanoTime());
        });
    List<Double> seconds = new ArrayList<>();
    for (int each = 0; each < ARRIVALS; each++) {
      seconds.add((Objects.requireNonNull(done.get(each)) - due.get(each)) / 1e9);
      virsh("destroy bare" + each + "; undefine bare" + each);
      command("ip", "link", "delete", "bare" + each);
    }
    return seconds;
  }

  /** In the format that ours has on this file system. */
  private static void bareDisk(Path disk, boolean qcow2) throws Exception {
    Path raw = disk.resolveSibling("boot.raw");
    Files.write(qcow2 ? raw : disk, bootSector());
    if (qcow2) {
      command("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString());
    }
    Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private interface Arrival {
    void happens(int each) throws Exception;
  }

  /** Lets a hundred arrivals happen, waits for all, and says when each was due. */
  private static List<Long> onSchedule(Arrival arrival) throws Exception {
    List<Long> due = new ArrayList<>();
    List<Future<?>> all = new ArrayList<>();
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int each = 0; each < ARRIVALS; each++) {
        long at = begin + each * INTERVAL.toNanos();
        int number = each;
        due.add(at);
        TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
        all.add(
            threads.submit(() -> {
              arrival.happens(number);
              return true;
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    return due;
  }

  private void commandBesideKubectl(Node node) throws Exception {
    String application = System.getenv("CAIRN_APPLICATION");
    String kubeconfig = node.kubeconfig().toString();
    double ours =
        timed("../scripts/jvm", "command", application, "--kubeconfig", kubeconfig, "get", "vm");
    results.note("cairnGetSeconds", ours);
    if (new ProcessBuilder("sh", "-c", "command -v kubectl").start().waitFor() == 0) {
      double theirs = timed("kubectl", "--kubeconfig", kubeconfig, "get", "vm");
      results.note("kubectlGetSeconds", theirs);
      results.note("cairnOverKubectl", ours / theirs);
    }
  }

  private static double timed(String... words) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < 12; round++) {
      long begin = System.nanoTime();
      command(words);
      seconds.add(since(begin));
    }
    // The first one warms the service and, for kubectl, its cache of discovery.
    return median(seconds.subList(1, seconds.size()));
  }

  /** A thousand machines that do not run. */
  private void machines(KubernetesClient client) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
      List<Future<?>> all = new ArrayList<>();
      for (int each = 0; each < OBJECTS; each++) {
        int number = each;
        all.add(threads.submit(() -> create(client, stoppedMachine(number))));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    for (int patience = 0;
        countInPhase(client, "VirtualMachine", "Stopped") < OBJECTS;
        patience++) {
      if (patience > 60) {
        throw new IllegalStateException("the machines do not settle");
      }
      TimeUnit.SECONDS.sleep(10);
    }
  }

  /** Prints a letter on the first serial port and halts. */
  private static byte[] bootSector() {
    byte[] disk = new byte[1 << 20];
    byte[] code = {
      (byte) 0xba, (byte) 0xf8, 0x03, (byte) 0xb0, 'R', (byte) 0xee, (byte) 0xfa, (byte) 0xf4
    };
    System.arraycopy(code, 0, disk, 0, code.length);
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    return disk;
  }

  /** When machines became Running, seen by a watch. */
  private static final class Arrivals implements AutoCloseable {

    private final Map<String, CompletableFuture<Long>> seen = new ConcurrentHashMap<>();
    private final Watch watch;

    Arrivals(KubernetesClient client) {
      watch =
          client
              .genericKubernetesResources("virtualization.deckhouse.io/v1alpha2", "VirtualMachine")
              .inNamespace("hello")
              .watch(
                  new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource machine) {
                      if ("Running".equals(machine.<String>get("status", "phase"))) {
                        future(machine.getMetadata().getName()).complete(System.nanoTime());
                      }
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                  });
    }

    private CompletableFuture<Long> future(String name) {
      return seen.computeIfAbsent(name, _ -> new CompletableFuture<>());
    }

    long at(String name) throws Exception {
      return future(name).get(5, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  /** The machine's definition under another name, with a tap, a seed and a console of its own. */
  private Path xmlOfTheMachine() throws Exception {
    String name = virsh("list", "--name").lines().findFirst().orElseThrow();
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
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static int countInPhase(KubernetesClient client, String kind, String phase) {
    return (int)
        client
            .genericKubernetesResources("virtualization.deckhouse.io/v1alpha2", kind)
            .inNamespace("hello")
            .list()
            .getItems()
            .stream()
            .filter(item -> phase.isEmpty() || phase.equals(item.<String>get("status", "phase")))
            .count();
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static String configMap(int number) {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: object-%d
      namespace: default
    data:
      greeting: "One of a thousand, so that a start has something to read."
    """
        .formatted(number);
  }

  private static String bootImage(int port) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualImage
    metadata:
      name: boot
      namespace: hello
    spec:
      storage: ContainerRegistry
      dataSource:
        type: HTTP
        http:
          url: http://127.0.0.1:%d/boot.raw
    """
        .formatted(port);
  }

  private static String bootDisk(int number) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualDisk
    metadata:
      name: m%d
      namespace: hello
    spec:
      dataSource:
        type: ObjectRef
        objectRef:
          kind: VirtualImage
          name: boot
    """
        .formatted(number);
  }

  private static String bootMachine(int number) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualMachine
    metadata:
      name: m%d
      namespace: hello
    spec:
      virtualMachineClassName: generic
      cpu:
        cores: 1
        coreFraction: 100%%
      memory:
        size: 256Mi
      blockDeviceRefs:
        - kind: VirtualDisk
          name: m%d
    """
        .formatted(number, number);
  }

  private static String stoppedMachine(int number) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualMachine
    metadata:
      name: stopped-%d
      namespace: hello
    spec:
      runPolicy: AlwaysOff
      virtualMachineClassName: generic
      cpu:
        cores: 1
        coreFraction: 100%%
      memory:
        size: 256Mi
      blockDeviceRefs:
        - kind: VirtualDisk
          name: hello-root
    """
        .formatted(number);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
