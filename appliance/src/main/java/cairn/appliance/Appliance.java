package cairn.appliance;

import cairn.appliance.access.AdminsOnly;
import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.access.Kubeconfig;
import cairn.appliance.events.StoredEvents;
import cairn.appliance.image.Uploads;
import cairn.appliance.metrics.CallCollector;
import cairn.appliance.metrics.Exposition;
import cairn.appliance.metrics.MachineCollector;
import cairn.appliance.metrics.MachineNames;
import cairn.appliance.metrics.ProgramCollector;
import cairn.appliance.metrics.ReconcileCollector;
import cairn.appliance.metrics.RequestCollector;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.platform.FirstStart;
import cairn.appliance.platform.KindObjects;
import cairn.appliance.resource.ResourceEngine;
import cairn.appliance.resource.Resources;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.KindSchemas;
import cairn.appliance.schema.PublishedKinds;
import cairn.appliance.server.ApiServer;
import cairn.appliance.server.KindDocuments;
import cairn.appliance.settings.Settings;
import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.UptimeClock;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.network.Ipv4Range;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole service, put together: what is made from what, in which order it starts, and that it
 * stops in the reverse one.
 */
final class Appliance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Appliance.class);

  /** Scrapes of several collectors at once cost one question to the host. */
  private static final Duration USAGE_LASTS = Duration.ofSeconds(5);

  private final Settings settings;
  private final CertificateAuthority authority;
  private final ApiServer server;

  /** What was started, in order. */
  private final Deque<AutoCloseable> started;

  private final Controllers controllers;

  private Appliance(
      Settings settings,
      CertificateAuthority authority,
      ApiServer server,
      Controllers controllers,
      Deque<AutoCloseable> started) {
    this.settings = settings;
    this.authority = authority;
    this.server = server;
    this.controllers = controllers;
    this.started = started;
  }

  /** Starts everything; what was started is stopped again if a later part fails. */
  static Appliance start(Settings settings, Build build) {
    Deque<AutoCloseable> started = new ArrayDeque<>();
    try {
      return start(settings, build, started);
    } catch (RuntimeException e) {
      stop(started);
      throw e;
    }
  }

  private static Appliance start(Settings settings, Build build, Deque<AutoCloseable> started) {
    HostFolders.make(settings);
    Path state = settings.paths().state();
    Clock clock = Clock.systemUTC();
    RandomGenerator random = new SecureRandom();
    Identity identity = Identity.open(state, settings.nodeName(), random);
    // What needs nothing else begins at once; on two cores that halves the start.
    Beside<CertificateAuthority> certificates =
        Beside.begin("certificates", () -> certificates(settings, build));
    CpuGroups processors = processors(identity);
    Beside<NodeFacts> facts =
        Beside.begin("facts", () -> HostFacts.find(identity.nodeName(), settings, processors));
    Beside<CrdKinds> reading = Beside.begin("kinds", CrdKinds::load);
    H2ResourceStore store = opened(started, H2ResourceStore.open(state.resolve("store")));
    CrdKinds kinds = reading.result();
    ResourceEngine engine = engine(store, kinds, clock, random);
    Resources resources = engine.resources("cairn");
    StoredEvents events = opened(started, new StoredEvents(resources, clock, random));

    FirstStart firstStart = new FirstStart(resources, clock);
    Ipv4Range range =
        firstStart.chosenRange().orElseGet(() -> LinuxHost.chooseRange(settings.network()));
    LinuxHost host =
        opened(started, LinuxHost.open(settings, identity, range, facts.result(), processors));
    Beside<Boolean> network = Beside.begin("network", host::ensure);
    firstStart.ensure(host.parts().node(), range, LinuxHost.POOL);
    new KindObjects(resources).ensure(PublishedKinds.documents(kinds));

    MachineStreams streams = opened(started, MachineStreams.of(resources, host, events, clock));
    CertificateAuthority authority = certificates.result();
    ServiceHealth health = new ServiceHealth(store::writability, host.parts().hypervisor());
    Exposition exposition = new Exposition(store);
    Uploads uploads =
        new Uploads(resources, host.parts().cache(), () -> entrance(settings), clock, random);
    ApiServer server =
        opened(
            started,
            serve(
                settings,
                authority,
                new ApiServer.Parts(
                    kinds,
                    engine,
                    engine.questions(),
                    new AdminsOnly(),
                    new KindDocuments(kinds, clock, build.version(), MachineStreams.published()),
                    health,
                    exposition::text,
                    streams.endpoints(),
                    uploads,
                    build.version())));
    Controllers controllers =
        opened(
            started,
            new Controllers(
                host.parts(),
                new Controllers.Objects(store, kinds, engine, events, uploads),
                clock,
                UptimeClock.system()));
    expose(exposition, server, controllers, host.parts(), store);
    network.result();
    server.listen();
    host.awaitHypervisor();
    HostShutdown.forget(settings.paths().run());
    controllers.start();
    health.started();
    opened(started, RestingHeap.begin());
    return new Appliance(settings, authority, server, controllers, started);
  }

  /**
   * Ends the machines of the installation that {@code settings} describe and takes its network off
   * the host; what is on disk stays. Nothing happens if it was never started.
   *
   * @return what is left on the host and why, a sentence each; empty if nothing is
   */
  static List<String> release(Settings settings) {
    Path state = settings.paths().state();
    if (!Files.exists(state.resolve("identity"))) {
      return List.of();
    }
    Optional<Ipv4Range> range;
    try (ResourceStore store = H2ResourceStore.open(state.resolve("store"))) {
      Clock clock = Clock.systemUTC();
      ResourceEngine engine = engine(store, CrdKinds.load(), clock, new SecureRandom());
      range = new FirstStart(engine.resources("cairn"), clock).chosenRange();
    }
    if (range.isEmpty()) {
      return List.of();
    }
    Identity identity = Identity.open(state, settings.nodeName(), new SecureRandom());
    CpuGroups processors = processors(identity);
    NodeFacts facts = HostFacts.find(identity.nodeName(), settings, processors);
    try (LinuxHost host = LinuxHost.open(settings, identity, range.get(), facts, processors)) {
      List<String> left = host.release();
      processors.clear();
      return left;
    }
  }

  /** Everything that is counted elsewhere and told in one place. */
  private static void expose(
      Exposition exposition,
      ApiServer server,
      Controllers controllers,
      Controllers.Host host,
      ResourceStore store) {
    exposition
        .with(new RequestCollector(server.requests()))
        .with(new ReconcileCollector(controllers::figures))
        .with(new CallCollector(host.hypervisor()::calls))
        .with(new ProgramCollector(host.network()::programs))
        .with(
            new MachineCollector(
                new Remembered<>(host.hypervisor()::usage, USAGE_LASTS, UptimeClock.system()),
                () -> MachineNames.of(store)));
  }

  private static CpuGroups processors(Identity identity) {
    return CpuGroups.open(identity.instance(), Runtime.getRuntime().availableProcessors());
  }

  private static ResourceEngine engine(
      ResourceStore store, CrdKinds kinds, Clock clock, RandomGenerator random) {
    return new ResourceEngine(
        store, kinds, new KindSchemas(kinds), Controllers.rules(), clock, random, UUID::randomUUID);
  }

  /** Ours, with the server's own certificate made or checked: asked for again, it is there. */
  private static CertificateAuthority certificates(Settings settings, Build build) {
    CertificateAuthority authority =
        CertificateAuthority.open(settings.paths().state().resolve("pki"), build.built());
    authority.server(names(settings));
    return authority;
  }

  /** All that answers, but not on the network yet. */
  private static ApiServer serve(
      Settings settings, CertificateAuthority authority, ApiServer.Parts parts) {
    return ApiServer.prepare(
        new ApiServer.Address(
            settings.listen().address(), settings.listen().port(), names(settings)),
        authority,
        parts);
  }

  private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> started, T part) {
    started.push(part);
    return part;
  }

  private static void stop(Deque<AutoCloseable> started) {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        LOG.error("a part did not stop cleanly", e);
      }
    }
  }

  /** Tells who waits that the API answers: writes the admin's kubeconfig, then the ready file. */
  void announce() {
    Path run = settings.paths().run();
    URI address = address(reachable(settings), server.port());
    Kubeconfig.write(run.resolve("admin.kubeconfig"), address, authority, authority.admin());
    try {
      Files.writeString(run.resolve("ready"), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + run.resolve("ready"), e);
    }
    LOG.info("ready: {}, authority SHA-256 {}", address, authority.fingerprint());
  }

  @Override
  public void close() {
    LOG.info("stopping");
    if (HostShutdown.announced(settings.paths().run())) {
      LOG.info("the host goes down: ending all machines");
      controllers.shutDownMachines(settings.hypervisor().hostShutdownLimit());
    }
    try {
      Files.deleteIfExists(settings.paths().run().resolve("ready"));
    } catch (IOException e) {
      LOG.warn("the ready file stays: {}", e.getMessage());
    }
    stop(started);
    LOG.info("stopped");
  }

  /** Where users reach the API: by the first name that the configuration gives it, if it does. */
  private static URI entrance(Settings settings) {
    List<String> given = settings.listen().names();
    String host = given.isEmpty() ? reachable(settings) : given.getFirst();
    return address(host, settings.listen().port());
  }

  private static String reachable(Settings settings) {
    String host = settings.listen().address();
    return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
  }

  private static URI address(String host, int port) {
    return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }

  private static List<String> names(Settings settings) {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    String address = settings.listen().address();
    if (!address.equals("0.0.0.0") && !address.equals("::")) {
      names.add(address);
    }
    try {
      names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException e) {
      LOG.warn("the host's own name is not known: {}", e.getMessage());
    }
    names.addAll(settings.listen().names());
    return List.copyOf(names);
  }
}
