package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import cairn.appliance.access.Authorizer;
import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.access.Credential;
import cairn.appliance.access.WhoAreYou;
import cairn.appliance.resource.Questions;
import cairn.appliance.resource.ResourceVerbs;
import cairn.appliance.schema.Kinds;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.http.ssl.CertificateProvider;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.exceptions.ApplicationStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.BindException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * The API on the network: one port, TLS, HTTP/1.1 and HTTP/2. Micronaut is started inside with a
 * fixed configuration; nothing of the environment reaches it.
 */
public final class ApiServer implements AutoCloseable {

  /** Bytes of the largest request body that is gathered, as in Kubernetes; uploads stream. */
  static final long LARGEST_BODY = 3L << 20;

  /** Bytes of the longest request line, and of all headers together. */
  static final int LARGEST_HEAD = 64 << 10;

  private static final String KEYS = "cairn";

  private final String host;
  private final int port;
  private final ApplicationContext context;
  private final EmbeddedServer server;
  private final RequestFigures figures;

  private ApiServer(
      String host,
      int port,
      ApplicationContext context,
      EmbeddedServer server,
      RequestFigures figures) {
    this.host = host;
    this.port = port;
    this.context = context;
    this.server = server;
    this.figures = figures;
  }

  /**
   * Where to listen.
   *
   * @param port 0 for any free one
   * @param names host names and addresses that clients use
   */
  public record Address(String host, int port, List<String> names) {
    public Address {
      requireNonNull(host, "host is null");
      names = List.copyOf(names);
    }
  }

  /**
   * What the API answers from.
   *
   * @param questions of kinds that are answered and never stored
   * @param authorizer who may do what
   * @param streams consoles and their kin
   * @param uploads where large files are handed in
   */
  public record Parts(
      Kinds kinds,
      ResourceVerbs verbs,
      Questions questions,
      Authorizer authorizer,
      KindDocuments documents,
      Health health,
      Scrape scrape,
      List<StreamEndpoint> streams,
      FileDrop uploads,
      String version) {
    public Parts {
      streams = List.copyOf(streams);
    }
  }

  /**
   * Starts to listen.
   *
   * @throws PortInUse if somebody else listens there
   */
  public static ApiServer start(Address address, CertificateAuthority authority, Parts parts) {
    ApiServer server = prepare(address, authority, parts);
    server.listen();
    return server;
  }

  /** Makes all that {@link #listen} needs, but for the port. */
  public static ApiServer prepare(Address address, CertificateAuthority authority, Parts parts) {
    KubernetesApi api = new KubernetesApi(parts);
    return prepare(address, authority, api, api, Patience.STANDARD);
  }

  static ApiServer start(
      Address address,
      CertificateAuthority authority,
      Api api,
      Upgrades upgrades,
      Patience patience) {
    ApiServer server = prepare(address, authority, api, upgrades, patience);
    server.listen();
    return server;
  }

  private static ApiServer prepare(
      Address address,
      CertificateAuthority authority,
      Api api,
      Upgrades upgrades,
      Patience patience) {
    Credential server = authority.server(address.names());
    ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .properties(configuration(address.host(), address.port()))
            .build();
    OwnCertificates certificates = new OwnCertificates(KEYS, server, authority.certificate());
    context.registerSingleton(CertificateProvider.class, certificates, Qualifiers.byName(KEYS));
    context.registerSingleton(SSLContext.class, certificates.tls());
    context.start();
    NettyEmbeddedServer listener = context.getBean(NettyEmbeddedServer.class);
    RequestFigures figures = new RequestFigures();
    listener.register(
        new RequestPath(api, upgrades, new Callers(new WhoAreYou()), patience, figures));
    return new ApiServer(address.host(), address.port(), context, listener, figures);
  }

  /**
   * Starts to listen.
   *
   * @throws PortInUse if somebody else listens there; everything is closed then
   */
  public void listen() {
    try {
      server.start();
    } catch (ServerStartupException | ApplicationStartupException e) {
      context.close();
      throw explained(host, port, e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** What was asked so far. */
  public RequestFigures requests() {
    return figures;
  }

  /** Stops listening and ends what is under way. */
  @Override
  public void close() {
    context.close();
  }

  private static RuntimeException explained(String host, int port, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new PortInUse(host, port, cause);
      }
    }
    return failure;
  }

  private static Map<String, Object> configuration(String host, int port) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("micronaut.server.host", host);
    configuration.put("micronaut.server.ssl.enabled", true);
    configuration.put("micronaut.server.ssl.port", port == 0 ? -1 : port);
    configuration.put("micronaut.server.ssl.key-name", KEYS);
    configuration.put("micronaut.server.ssl.trust-name", KEYS);
    // After a restart all watchers come back at once: 200 handshakes took more than 8 s on a busy
    // machine of two processors, and Netty breaks off what takes 10.
    configuration.put("micronaut.server.ssl.handshake-timeout", "60s");
    configuration.put("micronaut.server.http-version", "2.0");
    // A pipeline for each HTTP/2 stream, so that requests of both versions take the same path.
    configuration.put("micronaut.server.netty.legacy-multiplex-handlers", true);
    // Watches are silent for long; who is gone is noticed by the kernel, by pings and by what
    // waits.
    configuration.put("micronaut.server.idle-timeout", "-1s");
    configuration.put("micronaut.server.netty.child-options.SO_KEEPALIVE", true);
    configuration.put("micronaut.server.validate-url", false);
    // Compression would hold watch events back and costs more than the local wire.
    configuration.put("micronaut.server.netty.compression-threshold", -1);
    // A few bytes must not unfold to more than the largest body; no client compresses requests.
    configuration.put("micronaut.server.netty.request-decompression-enabled", false);
    configuration.put("micronaut.server.netty.max-header-size", LARGEST_HEAD);
    // Both together; of HTTP/2's own 8 KiB a selector of some hundred values takes all.
    configuration.put("micronaut.server.netty.http2.max-header-list-size", 2L * LARGEST_HEAD);
    configuration.put("micronaut.server.netty.max-initial-line-length", LARGEST_HEAD);
    return configuration;
  }
}
