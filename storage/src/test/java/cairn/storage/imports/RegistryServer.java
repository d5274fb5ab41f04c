package cairn.storage.imports;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A container registry on loopback that speaks as much of the protocol as a pull needs, over TLS.
 */
final class RegistryServer implements AutoCloseable {

  /** What it asks of clients. */
  enum Demand {
    NOTHING,
    BASIC,
    TOKEN
  }

  private static final String LOGIN =
      "Basic "
          + Base64.getEncoder().encodeToString("reader:secret".getBytes(StandardCharsets.UTF_8));

  /** What was asked for, with its query. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** How many requests a token is good for. */
  int usesPerToken = Integer.MAX_VALUE;

  private int tokens;
  private int uses;

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Demand demand;
  private final Map<String, byte[]> manifests = new HashMap<>();
  private final Map<String, byte[]> blobs = new HashMap<>();

  RegistryServer(ServerKey key, Demand demand) throws IOException {
    this.demand = demand;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(key.context()));
    server.setExecutor(threads);
    server.createContext("/v2/", this::serve);
    server.createContext("/token", this::token);
    server.start();
  }

  /** As people write it. */
  String image(String nameAndVersion) {
    return authority() + "/" + nameAndVersion;
  }

  String digest(byte[] bytes) {
    return "sha256:" + java.util.HexFormat.of().formatHex(Checksums.sha256().digest(bytes));
  }

  String blob(byte[] bytes) {
    blobs.put(digest(bytes), bytes);
    return digest(bytes);
  }

  /** Whatever its digest promises, {@code sent} comes. */
  void blobInstead(byte[] promised, byte[] sent) {
    blobs.put(digest(promised), sent);
  }

  void tag(String tag, String manifest) {
    manifests.put(tag, manifest.getBytes(StandardCharsets.UTF_8));
  }

  String manifest(String manifest) {
    String digest = digest(manifest.getBytes(StandardCharsets.UTF_8));
    tag(digest, manifest);
    return digest;
  }

  private String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      asked.add(path);
      if (!admitted(exchange)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", challenge());
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String last = path.substring(path.lastIndexOf('/') + 1);
      Map<String, byte[]> shelf = path.contains("/blobs/") ? blobs : manifests;
      answer(exchange, shelf.getOrDefault(last, new byte[0]));
    }
  }

  private boolean admitted(HttpExchange exchange) {
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return switch (demand) {
      case NOTHING -> true;
      case BASIC -> given.equals(LOGIN);
      case TOKEN -> given.equals("Bearer token." + tokens) && ++uses <= usesPerToken;
    };
  }

  private String challenge() {
    return demand == Demand.BASIC
        ? "Basic realm=\"registry\""
        : "Bearer realm=\"https://"
            + authority()
            + "/token\",service=\"the registry\",scope=\"repository:disks/small:pull\"";
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(exchange.getRequestURI().toString());
      boolean known = LOGIN.equals(exchange.getRequestHeaders().getFirst("Authorization"));
      answer(exchange, known ? next().getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }
  }

  private String next() {
    tokens++;
    uses = 0;
    return "{\"token\":\"token." + tokens + "\"}";
  }

  private static void answer(HttpExchange exchange, byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
