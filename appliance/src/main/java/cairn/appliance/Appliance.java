package cairn.appliance;

import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.access.Kubeconfig;
import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Body;
import cairn.appliance.resource.FieldValidation;
import cairn.appliance.resource.ResourceEngine;
import cairn.appliance.resource.ResourceVerbs;
import cairn.appliance.resource.Schemas;
import cairn.appliance.resource.WriteOptions;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.KindSchemas;
import cairn.appliance.server.ApiServer;
import cairn.appliance.server.KindDocuments;
import cairn.appliance.settings.Settings;
import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.ResourceStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole service, put together: what is made from what, in which order it starts, and that it
 * stops in the reverse one.
 */
final class Appliance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Appliance.class);
  private static final List<String> FIRST_NAMESPACES =
      List.of("default", "kube-system", "d8-virtualization");

  private final Settings settings;
  private final CertificateAuthority authority;
  private final ResourceStore store;
  private final ApiServer server;

  private Appliance(
      Settings settings, CertificateAuthority authority, ResourceStore store, ApiServer server) {
    this.settings = settings;
    this.authority = authority;
    this.store = store;
    this.server = server;
  }

  /** Starts everything; what was started is stopped again if a later part fails. */
  static Appliance start(Settings settings, Build build) {
    Path state = settings.paths().state();
    CertificateAuthority authority = CertificateAuthority.open(state.resolve("pki"), build.built());
    ResourceStore store = H2ResourceStore.open(state.resolve("store"));
    try {
      Clock clock = Clock.systemUTC();
      CrdKinds kinds = CrdKinds.load();
      ResourceVerbs verbs =
          new ResourceEngine(
              store,
              kinds,
              new EngineSchemas(new KindSchemas(kinds)),
              Map.of(),
              clock,
              new SplittableRandom(),
              UUID::randomUUID);
      createNamespaces(kinds, verbs);
      ApiServer server =
          ApiServer.start(
              new ApiServer.Address(
                  settings.listen().address(), settings.listen().port(), names(settings)),
              authority,
              new ApiServer.Parts(
                  kinds,
                  verbs,
                  new KindDocuments(kinds, clock, build.version(), List.of()),
                  () -> Map.of("store", Optional.empty()),
                  List.of(),
                  build.version()));
      return new Appliance(settings, authority, store, server);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Tells who waits that the API answers: writes the admin's kubeconfig, then the ready file. */
  void announce() {
    Path run = settings.paths().run();
    String host = settings.listen().address();
    String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    URI address =
        URI.create(
            "https://"
                + (reachable.contains(":") ? "[" + reachable + "]" : reachable)
                + ":"
                + server.port());
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
    try {
      Files.deleteIfExists(settings.paths().run().resolve("ready"));
    } catch (IOException e) {
      LOG.warn("the ready file stays: {}", e.getMessage());
    }
    server.close();
    store.close();
    LOG.info("stopped");
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

  private static void createNamespaces(CrdKinds kinds, ResourceVerbs verbs) {
    Kind kind = kinds.find("", "v1", "namespaces").orElseThrow();
    for (String name : FIRST_NAMESPACES) {
      ObjectNode namespace = JsonNodeFactory.instance.objectNode();
      namespace.put("apiVersion", "v1").put("kind", "Namespace");
      namespace.putObject("metadata").put("name", name);
      try {
        verbs.create(
            kind,
            "",
            new Body(namespace),
            new WriteOptions("cairn", false, FieldValidation.STRICT));
      } catch (Refusal refusal) {
        if (refusal.reason() != Reason.ALREADY_EXISTS) {
          throw refusal;
        }
      }
    }
  }

  /** The engine's view of the schemas; the two packages do not know each other. */
  private record EngineSchemas(KindSchemas schemas) implements Schemas {

    @Override
    public List<String> prune(Kind kind, ObjectNode document) {
      return schemas.prune(kind, document);
    }

    @Override
    public void fillDefaults(Kind kind, ObjectNode document) {
      schemas.fillDefaults(kind, document);
    }

    @Override
    public List<FieldError> validate(Kind kind, ObjectNode document, Optional<ObjectNode> old) {
      return schemas.validate(kind, document, old);
    }
  }
}
