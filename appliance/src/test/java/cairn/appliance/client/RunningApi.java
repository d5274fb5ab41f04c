package cairn.appliance.client;

import cairn.appliance.Controllers;
import cairn.appliance.ServiceHealth;
import cairn.appliance.access.AdminsOnly;
import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.access.Kubeconfig;
import cairn.appliance.controller.ReconcileLoop;
import cairn.appliance.metrics.Exposition;
import cairn.appliance.namespace.NamespaceReconciler;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.placement.Budget;
import cairn.appliance.platform.FirstStart;
import cairn.appliance.platform.KindObjects;
import cairn.appliance.resource.ResourceEngine;
import cairn.appliance.resource.ResourceVerbs;
import cairn.appliance.resource.ResourceWatch;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.StoreReader;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.KindSchemas;
import cairn.appliance.schema.PublishedKinds;
import cairn.appliance.server.ApiServer;
import cairn.appliance.server.Clients;
import cairn.appliance.server.FileDrop;
import cairn.appliance.server.Health;
import cairn.appliance.server.KindDocuments;
import cairn.appliance.server.Scrape;
import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.ResourceStore;
import cairn.hypervisor.testing.FakeHypervisor;
import cairn.network.Ipv4Range;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole API without the host below it: real kinds, rules, engine and server; objects in memory
 * unless a test brings a store; no controllers, so that nothing changes which a client did not
 * change.
 */
public final class RunningApi implements AutoCloseable {

  static final String CORE = "/api/v1";
  static final String GROUP = "/apis/virtualization.deckhouse.io/v1alpha2";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CertificateAuthority authority;
  private final ResourceStore store;
  private final CrdKinds kinds;
  private final ResourceEngine engine;
  private final AtomicInteger watches = new AtomicInteger();
  private final ApiServer server;
  private final HttpClient admin;

  public RunningApi(Path directory) {
    this(directory, CrdKinds.load());
  }

  /** With other kinds than those that are served. */
  RunningApi(Path directory, CrdKinds kinds) {
    this(directory, kinds, new MemoryResourceStore(), 0, List::of, () -> new byte[0]);
  }

  /** On a store that tells about itself, as the service does. */
  public RunningApi(Path directory, H2ResourceStore store) {
    this(directory, CrdKinds.load(), store, 0, health(store), new Exposition(store)::text);
  }

  /**
   * @param store closed with the API
   * @param port 0 for any free one
   */
  RunningApi(Path directory, ResourceStore store, int port) {
    this(directory, CrdKinds.load(), store, port, List::of, () -> new byte[0]);
  }

  private RunningApi(
      Path directory, CrdKinds kinds, ResourceStore store, int port, Health health, Scrape scrape) {
    this.kinds = kinds;
    this.store = store;
    Clock clock = Clock.systemUTC();
    authority =
        CertificateAuthority.open(
            directory.resolve("pki"), Instant.EPOCH.plusSeconds(1_700_000_000));
    engine =
        new ResourceEngine(
            store,
            kinds,
            new KindSchemas(kinds),
            Controllers.rules(),
            clock,
            // Another one after a restart, or generated names would be taken.
            new SplittableRandom(),
            UUID::randomUUID);
    new FirstStart(engine.resources("cairn"), clock)
        .ensure(facts(), Ipv4Range.parse("10.66.10.0/24"), "default");
    new KindObjects(engine.resources("cairn")).ensure(PublishedKinds.documents(kinds));
    server =
        ApiServer.start(
            new ApiServer.Address("127.0.0.1", port, List.of("localhost", "127.0.0.1")),
            authority,
            new ApiServer.Parts(
                kinds,
                counting(engine),
                engine.questions(),
                new AdminsOnly(),
                new KindDocuments(kinds, clock, "test", List.of()),
                health,
                scrape,
                List.of(),
                new NoUploads(),
                "test"));
    admin = admin(HttpClient.Version.HTTP_1_1);
  }

  /** An answer, read whole. */
  public record Reply(int code, HttpHeaders headers, String body) {

    ObjectNode tree() {
      return (ObjectNode) MAPPER.readTree(body);
    }

    JsonNode at(String pointer) {
      return tree().at(pointer);
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    @Override
    public String toString() {
      return code + " " + body;
    }
  }

  /** The administrator's client. */
  HttpClient admin(HttpClient.Version version) {
    return Clients.client(version, authority, Optional.of(authority.admin()));
  }

  /** A client that shows no certificate. */
  HttpClient anonymous() {
    return Clients.client(HttpClient.Version.HTTP_1_1, authority, Optional.empty());
  }

  /** The administrator's TLS, for clients that write bytes. */
  public SSLContext tls() {
    return Clients.tls(authority, Optional.of(authority.admin()));
  }

  public int port() {
    return server.port();
  }

  /** How many watches are open. */
  public int watches() {
    return watches.get();
  }

  /** Starts what empties namespaces that shall go; nothing else happens by itself. */
  ReconcileLoop emptyingNamespaces() {
    Resources resources = engine.resources("cairn");
    ReconcileLoop loop =
        new ReconcileLoop(
            NamespaceReconciler.DECLARATION,
            new NamespaceReconciler(kinds, resources, Clock.systemUTC()),
            store,
            new StoreReader(store, kinds),
            resources);
    loop.start();
    return loop;
  }

  public String kubeconfig(Path directory) {
    Path file = directory.resolve("kubeconfig");
    Kubeconfig.write(file, uri(""), authority, authority.admin());
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Reply get(String path, String... headers) {
    return call("GET", path, "", headers);
  }

  /** Creates; the text has single quotes for double ones. */
  Reply post(String path, String json) {
    return call("POST", path, json, "Content-Type", "application/json");
  }

  Reply merge(String path, String json) {
    return call("PATCH", path, json, "Content-Type", "application/merge-patch+json");
  }

  Reply delete(String path) {
    return call("DELETE", path, "");
  }

  Reply call(String method, String path, String body, String... headers) {
    return send(admin, method, path, body, headers);
  }

  Reply send(HttpClient client, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<byte[]> bytes(HttpClient client, String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).headers(headers).build(),
        BodyHandlers.ofByteArray());
  }

  /** The body of a watch, as it comes. */
  InputStream watch(HttpClient client, String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build(),
            BodyHandlers.ofInputStream())
        .body();
  }

  /** As at the end of the service: the listener first, then the store. */
  @Override
  public void close() {
    admin.shutdownNow();
    server.close();
    store.close();
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }

  /** The verbs, with the open watches counted. */
  private ResourceVerbs counting(ResourceVerbs verbs) {
    return (ResourceVerbs)
        Proxy.newProxyInstance(
            ResourceVerbs.class.getClassLoader(),
            new Class<?>[] {ResourceVerbs.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(verbs, arguments);
                return result instanceof ResourceWatch watch ? new Counted(watch) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Health health(H2ResourceStore store) {
    ServiceHealth health = new ServiceHealth(store::writability, new FakeHypervisor());
    health.started();
    return health;
  }

  private static NodeFacts facts() {
    return new NodeFacts(
        "testnode",
        "127.0.0.1",
        2,
        4L << 30,
        new Budget(2000, 4L << 30),
        new NodeFacts.Fact(false, "NoCPUController", "There are no control groups."),
        new NodeFacts.Fact(false, "OwnHardware", "This host runs on hardware of its own."),
        new NodeFacts.KvmState(NodeFacts.KvmResult.ABSENT, "no /dev/kvm"),
        NodeFacts.Emulation.ALLOWED,
        "6.1",
        "Debian",
        "machine",
        "boot");
  }

  private final class Counted implements ResourceWatch {

    private final ResourceWatch watch;
    private boolean closed;

    Counted(ResourceWatch watch) {
      this.watch = watch;
      watches.incrementAndGet();
    }

    @Override
    public Optional<Event> next(Duration patience) throws InterruptedException {
      return watch.next(patience);
    }

    @Override
    public Event bookmark() {
      return watch.bookmark();
    }

    @Override
    public synchronized void close() {
      watch.close();
      if (!closed) {
        closed = true;
        watches.decrementAndGet();
      }
    }
  }

  /** Nobody waits for a file. */
  private static final class NoUploads implements FileDrop {

    @Override
    public boolean awaits(String key) {
      return false;
    }

    @Override
    public Receipt take(String key, OptionalLong length, InputStream bytes) {
      return Receipt.UNKNOWN;
    }
  }
}
