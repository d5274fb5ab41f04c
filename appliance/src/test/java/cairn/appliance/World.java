package cairn.appliance;

import cairn.appliance.events.EventRecorder;
import cairn.appliance.image.Uploads;
import cairn.appliance.machine.HostPaths;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.node.NodeFacts.Emulation;
import cairn.appliance.node.NodeFacts.Fact;
import cairn.appliance.node.NodeFacts.KvmResult;
import cairn.appliance.node.NodeFacts.KvmState;
import cairn.appliance.placement.Budget;
import cairn.appliance.platform.FirstStart;
import cairn.appliance.resource.Body;
import cairn.appliance.resource.FieldValidation;
import cairn.appliance.resource.KindRules;
import cairn.appliance.resource.Patch;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceEngine;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.Target;
import cairn.appliance.resource.WriteOptions;
import cairn.appliance.resource.Written;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.KindSchemas;
import cairn.appliance.store.Key;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.UptimeClock;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.hypervisor.testing.FakeHypervisor;
import cairn.network.Ipv4Range;
import cairn.network.NetworkPlan;
import cairn.network.testing.FakeNetwork;
import cairn.storage.ImageCache;
import cairn.storage.directory.DirectoryImageCache;
import cairn.storage.directory.DirectoryPool;
import cairn.storage.directory.FileAccess;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node without a host: real objects, admission, schemas, images and disks; machines and network
 * in memory. {@link #restart} is what kill -9 of the service is to the rest.
 */
final class World implements AutoCloseable {

  static final String GROUP = ".virtualization.deckhouse.io";
  private static final String IMAGE = "\u0000\u00eb<\u0090\u0001\u0002".repeat(25_600);

  final FakeHypervisor hypervisor = new FakeHypervisor();
  final FakeNetwork network;
  final PoolWithRoom pool;
  final ImageCache cache;
  final ResourceStore store = new MemoryResourceStore();
  final CrdKinds kinds = CrdKinds.load();
  final ResourceEngine engine;
  final Resources resources;

  /** Events: object, reason and message. */
  final List<String> told = new CopyOnWriteArrayList<>();

  private final UptimeClock uptime = UptimeClock.system();

  /** Time that has passed for the service without passing. */
  volatile Duration skipped = Duration.ZERO;

  private final HttpServer web;
  private final Path folder;
  private final Budget budget;
  private Controllers controllers;

  /** Where files for images and disks are handed in. */
  volatile Uploads uploads;

  World(Path folder) {
    this(folder, new Budget(64_000, 64L << 30));
  }

  /**
   * @param budget what machines may have
   */
  World(Path folder, Budget budget) {
    this.folder = folder;
    this.budget = budget;
    Ipv4Range range = Ipv4Range.parse("10.66.10.0/24");
    network = new FakeNetwork(new NetworkPlan("abcd", 0, range, folder.resolve("network")));
    QemuImg qemuImg = QemuImg.onThisHost();
    cache =
        DirectoryImageCache.open(
            folder.resolve("images"),
            FileAccess.ours(),
            new ImageImport(ImportLimits.usual(), new AddressPolicy(true), qemuImg),
            Duration.ZERO);
    pool =
        new PoolWithRoom(
            DirectoryPool.open(
                "local",
                folder.resolve("pool"),
                folder.resolve("images"),
                FileAccess.ours(),
                qemuImg));
    engine =
        new ResourceEngine(
            store,
            kinds,
            new KindSchemas(kinds),
            Controllers.rules(),
            Clock.systemUTC(),
            new Random(7),
            UUID::randomUUID);
    resources = engine.resources("cairn");
    new FirstStart(resources, Clock.systemUTC()).ensure(facts(), range, "local");
    web = serve();
    uploads = newUploads();
    controllers = begin();
  }

  private static HttpServer serve() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/disk.raw",
          exchange -> {
            byte[] bytes = IMAGE.getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  NodeFacts facts() {
    return new NodeFacts(
        "cairn-test",
        "192.0.2.1",
        4,
        8L << 30,
        budget,
        new Fact(false, "NoCPUController", "There are no control groups."),
        new Fact(false, "OwnHardware", "This host runs on hardware of its own."),
        new KvmState(KvmResult.ABSENT, "There is no /dev/kvm."),
        Emulation.ALLOWED,
        "6.12",
        "Debian",
        "0123",
        "4567");
  }

  private Uploads newUploads() {
    return new Uploads(
        engine.resources("cairn"),
        cache,
        () -> URI.create("https://cairn.test:6443"),
        () -> Instant.now().plus(skipped),
        new SecureRandom());
  }

  private Controllers begin() {
    Controllers made =
        new Controllers(
            new Controllers.Host(
                hypervisor,
                () -> hypervisor.capabilities(Acceleration.EMULATION),
                network,
                pool,
                cache,
                facts(),
                CpuGroups.none("this is a test"),
                new HostPaths(
                    folder.resolve("run"),
                    folder.resolve("screen"),
                    folder.resolve("serial"),
                    folder.resolve("seeds"),
                    folder.resolve("nvram"))),
            new Controllers.Objects(store, kinds, engine, new Told(), uploads),
            Clock.systemUTC(),
            () -> uptime.uptime().plus(skipped));
    made.start();
    return made;
  }

  /** The service dies and comes back; the host knows nothing of it. */
  void restart() {
    controllers.close();
    uploads = newUploads();
    controllers = begin();
  }

  void stop() {
    controllers.close();
  }

  /** The host goes down: guests first, then the service. */
  void shutDownHost(Duration limit) {
    controllers.shutDownMachines(limit);
    controllers.close();
  }

  /** The host is up again. */
  void bootHost() {
    uploads = newUploads();
    controllers = begin();
  }

  String imageUrl() {
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/disk.raw";
  }

  /** A document written with single quotes. */
  Resource apply(String document) {
    ObjectNode made = (ObjectNode) JsonMapper.shared().readTree(create(document).document());
    Kind kind =
        kinds
            .named(made.path("apiVersion").asString(""), made.path("kind").asString(""))
            .orElseThrow();
    return get(
            kind.resource(),
            made.path("metadata").path("namespace").asString(""),
            made.path("metadata").path("name").asString(""))
        .orElseThrow();
  }

  /** The same, with what the client is told. */
  Written create(String document) {
    ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(document.replace('\'', '"'));
    Kind kind =
        kinds
            .named(tree.path("apiVersion").asString(""), tree.path("kind").asString(""))
            .orElseThrow();
    String namespace = kind.namespaced() ? "default" : "";
    return engine.create(
        kind, namespace, new Body(tree), new WriteOptions("tester", false, FieldValidation.STRICT));
  }

  /** Past the kind's own admission, as if two had raced by it. */
  void slipIn(String document) {
    ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree(document.replace('\'', '"'));
    new ResourceEngine(
            store,
            kinds,
            new KindSchemas(kinds),
            new KindRules(Map.of()),
            Clock.systemUTC(),
            new Random(7),
            UUID::randomUUID)
        .resources("tester")
        .create(tree, JsonMapper.shared().createObjectNode());
  }

  /** A merge patch of the machine, as a client sends it. */
  void patchMachine(String change) {
    patch("VirtualMachine", "hello", change);
  }

  void patch(String word, String name, String change) {
    Kind kind = kinds.named("virtualization.deckhouse.io/v1alpha2", word).orElseThrow();
    engine.patch(
        new Target(kind, kind.namespaced() ? "default" : "", name),
        Patch.json(Patch.Type.MERGE, change.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
        new WriteOptions("tester", false, FieldValidation.STRICT));
  }

  Optional<Resource> get(String resource, String namespace, String name) {
    return resources.get(new Key(resource, namespace, name));
  }

  void delete(String plural, String namespace, String name) {
    get(plural + GROUP, namespace, name).ifPresent(resources::delete);
  }

  String phase(String plural, String namespace, String name) {
    return get(plural + GROUP, namespace, name)
        .map(found -> found.document().path("status").path("phase").asString(""))
        .orElse("gone");
  }

  String machine() {
    return phase("virtualmachines", "default", "hello");
  }

  void awaitMachine(String phase) {
    await("machine " + phase, () -> machine().equals(phase));
  }

  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "did not happen in time: "
                + what
                + "; "
                + List.of("virtualmachines", "virtualdisks", "virtualimages").stream()
                    .flatMap(plural ->
                        resources
                            .list(new ResourceStore.Selection(plural + GROUP, "", ""))
                            .stream())
                    .map(each ->
                        each.key()
                            + ": "
                            + each.document().path("status").path("conditions")
                            + each.privateDocument())
                    .toList());
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  @Override
  public void close() {
    controllers.close();
    web.stop(0);
    store.close();
  }

  private final class Told implements EventRecorder {
    @Override
    public void normal(Resource about, String reason, String message) {
      told.add(about.name() + " " + reason + ": " + message);
    }

    @Override
    public void warning(Resource about, String reason, String message) {
      told.add(about.name() + " " + reason + ": " + message);
    }
  }
}
