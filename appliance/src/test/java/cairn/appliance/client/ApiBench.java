package cairn.appliance.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.bench.RawClient;
import cairn.appliance.bench.Results;
import cairn.appliance.server.Clients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * What the API itself achieves, without a host below it (promise 3): GET and LIST beside a raw
 * Netty server that sends the same bytes over the same TLS in the same run, a thousand changes for
 * two hundred watchers, and kubectl with five thousand machines beside kubectl's own start. Server,
 * raw server and clients are processes of their own on one machine. Arguments: folder to work in,
 * file for the results, commit; parts, if not all: {@code throughput watchers kubectl}.
 */
final class ApiBench {

  private static final List<String> PARTS = List.of("throughput", "watchers", "kubectl");

  private static final String MACHINES =
      "/apis/virtualization.deckhouse.io/v1alpha2/namespaces/default/virtualmachines";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int LISTED = 1_000;
  private static final int MANY = 5_000;
  private static final int CONNECTIONS = 4;
  private static final int ROUNDS = 5;
  private static final Duration SPELL = Duration.ofSeconds(3);
  private static final int MOST_WARMING = 20;
  private static final double STILL_RISING = 1.1;
  private static final Duration REST = Duration.ofSeconds(40);
  private static final int WATCHERS = 200;
  private static final int CHANGES = 1_000;
  private static final Duration PACE = Duration.ofMillis(10);
  private static final String SENT = "\"sent\":\"";

  private final Path folder;
  private final Results results;
  private final List<String> parts;
  private final List<Process> children = new ArrayList<>();
  private SSLContext tls;

  private ApiBench(Path folder, Results results, List<String> parts) throws Exception {
    this.folder = folder;
    this.results = results;
    this.parts = parts;
    this.tls = SSLContext.getDefault();
  }

  public static void main(String[] arguments) throws Exception {
    Results results = new Results("api", arguments[2], Clock.systemUTC());
    Path folder = Files.createDirectories(Path.of(arguments[0]).resolve("api"));
    ApiBench bench =
        new ApiBench(
            folder,
            results,
            arguments.length > 3 ? List.of(arguments).subList(3, arguments.length) : PARTS);
    try {
      bench.run();
    } finally {
      bench.children.forEach(Process::destroyForcibly);
    }
    results.write(Path.of(arguments[1]));
    System.exit(0);
  }

  private void run() throws Exception {
    int port = start("cairn.appliance.client.MeasuredApi");
    CertificateAuthority authority =
        CertificateAuthority.open(folder.resolve("pki"), Instant.EPOCH.plusSeconds(1_700_000_000));
    tls = Clients.tls(authority, Optional.of(authority.admin()));
    results.note("residentEmptyMebibytes", resident());
    machines(authority, port, 0, LISTED);
    sameBytes(authority, port);
    if (parts.contains("throughput")) {
      int raw = start("cairn.appliance.bench.RawServer");
      throughput("get", port, MACHINES + "/machine-7", raw, "/one");
      throughput("list", port, MACHINES, raw, "/list");
      listAlone(port);
    }
    results.note("residentAtRestWith1000MachinesMebibytes", residentAtRest());
    if (parts.contains("watchers")) {
      watchers(authority, port);
    }
    if (parts.contains("kubectl")) {
      machines(authority, port, LISTED, MANY);
      kubectl();
      results.note("residentAfterListingWith5000MachinesMebibytes", resident());
      results.note("residentAtRestWith5000MachinesMebibytes", residentAtRest());
    }
  }

  /** With the flags of the service; returns the port that it prints. */
  private int start(String main) throws IOException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms32m",
                "-Xmx256m",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=25",
                "-XX:-ShrinkHeapInSteps",
                "-XX:TrimNativeHeapInterval=300000",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main,
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    children.add(child);
    BufferedReader lines = child.inputReader(UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.matches("[0-9]+")) {
        // No virtual thread: reading a pipe holds its carrier, and two hold all of a small machine.
        Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(System.out::println));
        return Integer.parseInt(line);
      }
    }
    throw new IOException(main + " did not start");
  }

  /** Of the service, in MiB. */
  private double resident() throws IOException {
    Path status = Path.of("/proc/" + children.getFirst().pid() + "/status");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException(status + " shows no VmRSS");
  }

  /** The least within the time after which the service gives back what a burst took. */
  private double residentAtRest() throws IOException {
    double least = resident();
    long end = System.nanoTime() + REST.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      least = Math.min(least, resident());
    }
    return least;
  }

  private void machines(CertificateAuthority authority, int port, int first, int end)
      throws Exception {
    List<Future<?>> made = new ArrayList<>();
    try (HttpClient client =
            Clients.client(HttpClient.Version.HTTP_2, authority, Optional.of(authority.admin()));
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int each = first; each < end; each++) {
        int number = each;
        made.add(threads.submit(() -> machine(client, port, number)));
      }
      for (Future<?> one : made) {
        one.get();
      }
    }
  }

  private static boolean machine(HttpClient client, int port, int number) throws Exception {
    String name = "machine-" + number;
    send(client, port, "POST", MACHINES, "application/json", manifest(name));
    send(
        client,
        port,
        "PATCH",
        MACHINES + "/" + name + "/status",
        "application/merge-patch+json",
        STATUS);
    return true;
  }

  private static String send(
      HttpClient client, int port, String method, String path, String type, String body)
      throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** What the raw server sends. */
  private void sameBytes(CertificateAuthority authority, int port) throws Exception {
    try (HttpClient client =
        Clients.client(HttpClient.Version.HTTP_1_1, authority, Optional.of(authority.admin()))) {
      String one = send(client, port, "GET", MACHINES + "/machine-7", "text/plain", "");
      String list = send(client, port, "GET", MACHINES, "text/plain", "");
      Files.writeString(folder.resolve("one"), one);
      Files.writeString(folder.resolve("list"), list);
      results.note("get.bytes", one.getBytes(UTF_8).length);
      results.note("list.bytes", list.getBytes(UTF_8).length);
    }
  }

  /** In turns, so that what else the machine does falls on both. */
  private void throughput(String name, int port, String path, int raw, String rawPath)
      throws Exception {
    warm(port, path);
    warm(raw, rawPath);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.add(requests(port, path));
      theirs.add(requests(raw, rawPath));
      ratios.add(ours.getLast() / theirs.getLast());
    }
    results.note(name + ".requestsPerSecond", median(ours));
    results.note(name + ".rawNettyRequestsPerSecond", median(theirs));
    results.note(name + ".ratioToRawNetty", median(ratios));
  }

  /** Until its compiled code stands, which takes longer the less the machine has to give. */
  private void warm(int port, String path) throws Exception {
    double before = 0;
    double now = requests(port, path);
    for (int spell = 0; spell < MOST_WARMING && now > before * STILL_RISING; spell++) {
      before = now;
      now = requests(port, path);
    }
  }

  private double requests(int port, String path) throws Exception {
    long start = System.nanoTime();
    List<Future<Integer>> counts = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        counts.add(
            threads.submit(() -> {
              int done = 0;
              try (RawClient client = new RawClient(tls, port)) {
                while (System.nanoTime() - start < SPELL.toNanos()) {
                  client.get(path);
                  done++;
                }
              }
              return done;
            }));
      }
    }
    int all = 0;
    for (Future<Integer> count : counts) {
      all += count.get();
    }
    return all / ((System.nanoTime() - start) / 1e9);
  }

  private void listAlone(int port) throws Exception {
    double[] millis = new double[101];
    try (RawClient client = new RawClient(tls, port)) {
      for (int each = 0; each < millis.length; each++) {
        long begin = System.nanoTime();
        client.get(MACHINES);
        millis[each] = (System.nanoTime() - begin) / 1e6;
      }
    }
    Arrays.sort(millis);
    results.note("list.medianMillis", millis[millis.length / 2]);
    results.note("list.p90Millis", millis[millis.length / 10 * 9]);
  }

  /** Each change carries when it was sent; the clock is the same in all processes of a machine. */
  private void watchers(CertificateAuthority authority, int port) throws Exception {
    List<Future<double[]>> seen = new ArrayList<>();
    try (HttpClient client =
            Clients.client(HttpClient.Version.HTTP_1_1, authority, Optional.of(authority.admin()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String list = send(client, port, "GET", MAPS, "text/plain", "");
      String since = list.replaceFirst("(?s).*?\"resourceVersion\":\"([0-9]+)\".*", "$1");
      long connecting = System.nanoTime();
      CountDownLatch connected = new CountDownLatch(WATCHERS);
      for (int watcher = 0; watcher < WATCHERS; watcher++) {
        seen.add(
            threads.submit(() -> {
              RawClient connection = new RawClient(tls, port);
              connection.ask(MAPS + "?watch=true&resourceVersion=" + since);
              connected.countDown();
              return watch(connection);
            }));
      }
      if (!connected.await(2, TimeUnit.MINUTES)) {
        for (Future<double[]> watcher : seen) {
          if (watcher.state() == Future.State.FAILED) {
            throw new IOException("a watcher cannot connect", watcher.exceptionNow());
          }
        }
        throw new IOException(connected.getCount() + " of the watchers do not connect");
      }
      results.note("watch.secondsToConnectAllAtOnce", (System.nanoTime() - connecting) / 1e9);
      double[] written = new double[CHANGES];
      long start = System.nanoTime();
      for (int change = 0; change < CHANGES; change++) {
        long due = start + change * PACE.toNanos();
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        long sent = System.nanoTime();
        send(client, port, "POST", MAPS, "application/json", map(change, sent));
        written[change] = (System.nanoTime() - sent) / 1e6;
      }
      results.note("watch.changesPerSecond", CHANGES / ((System.nanoTime() - start) / 1e9));
      Arrays.sort(written);
      results.note("watch.writeMedianMillis", written[CHANGES / 2]);
      results.note("watch.writeP99Millis", written[CHANGES / 100 * 99]);
    }
    List<double[]> all = new ArrayList<>();
    for (Future<double[]> watcher : seen) {
      all.add(watcher.get());
    }
    double[] delays = all.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    results.note("watch.delivered", delays.length);
    results.note("watch.medianMillisAfterSending", delays[delays.length / 2]);
    results.note("watch.p99MillisAfterSending", delays[delays.length / 100 * 99]);
    results.note("watch.longestMillisAfterSending", delays[delays.length - 1]);
  }

  private static double[] watch(RawClient connection) throws IOException {
    double[] delays = new double[CHANGES];
    int seen = 0;
    try (connection) {
      while (seen < CHANGES) {
        String line = connection.line();
        int at = line.indexOf(SENT);
        if (at >= 0) {
          int begin = at + SENT.length();
          long sent = Long.parseLong(line.substring(begin, line.indexOf('"', begin)));
          delays[seen] = (System.nanoTime() - sent) / 1e6;
          seen++;
        }
      }
    }
    return delays;
  }

  private void kubectl() throws Exception {
    if (new ProcessBuilder("sh", "-c", "command -v kubectl").start().waitFor() != 0) {
      System.out.println("SKIPPED: no kubectl");
      return;
    }
    String kubeconfig = folder.resolve("admin.kubeconfig").toString();
    List<Double> start = new ArrayList<>();
    List<Double> get = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      start.add(timed("kubectl", "version", "--client"));
      get.add(timed("kubectl", "--kubeconfig", kubeconfig, "get", "vm", "-A"));
    }
    // The first one fills kubectl's cache of discovery.
    double own = median(start.subList(1, 8));
    double all = median(get.subList(1, 8));
    results.note("kubectl.startSeconds", own);
    results.note("kubectl.get5000MachinesSeconds", all);
    results.note("kubectl.get5000MachinesBesideItsStartSeconds", all - own);
  }

  private static double timed(String... words) throws Exception {
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      long lines = output.lines().count();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + " failed");
      }
      if (words[1].equals("--kubeconfig") && lines != MANY + 1) {
        throw new IOException("kubectl printed " + lines + " lines");
      }
    }
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin) / 1e6;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static String manifest(String name) {
    return """
    {"metadata":{"name":"%s","labels":{"tier":"front"}},
     "spec":{"runPolicy":"AlwaysOff","virtualMachineClassName":"generic",
     "cpu":{"cores":1,"coreFraction":"100%%"},"memory":{"size":"256Mi"},
     "blockDeviceRefs":[{"kind":"VirtualDisk","name":"%s-root"}]}}\
    """
        .formatted(name, name);
  }

  private static final String STATUS =
      """
      {"status":{"phase":"Stopped","node":"","ipAddress":"10.66.10.7","conditions":[
      {"type":"BlockDevicesReady","status":"True","reason":"BlockDevicesReady","message":"","observedGeneration":1,"lastTransitionTime":"2026-11-22T12:00:00Z"},
      {"type":"VirtualMachineIPAddressReady","status":"True","reason":"VirtualMachineIPAddressReady","message":"","observedGeneration":1,"lastTransitionTime":"2026-11-22T12:00:00Z"},
      {"type":"VirtualMachineClassReady","status":"True","reason":"VirtualMachineClassReady","message":"","observedGeneration":1,"lastTransitionTime":"2026-11-22T12:00:00Z"},
      {"type":"Running","status":"False","reason":"VirtualMachineNotRunning","message":"The machine is off.","observedGeneration":1,"lastTransitionTime":"2026-11-22T12:00:00Z"}]}}\
      """;

  private static String map(int change, long sent) {
    return """
    {"metadata":{"name":"change-%d"},"data":{"sent":"%d"}}\
    """
        .formatted(change, sent);
  }
}
