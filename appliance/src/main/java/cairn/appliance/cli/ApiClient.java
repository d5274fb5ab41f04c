package cairn.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests to the service. {@link HttpsURLConnection} rather than the newer client, because it
 * costs a fifth of the start-up time, and most commands make two requests and end.
 */
final class ApiClient {

  static final String JSON = "application/json";
  static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io," + JSON;

  private final Kubeconfig kubeconfig;
  private final SSLContext tls;

  ApiClient(Kubeconfig kubeconfig) {
    this.kubeconfig = kubeconfig;
    this.tls = tls(kubeconfig);
  }

  Kubeconfig kubeconfig() {
    return kubeconfig;
  }

  SSLContext tls() {
    return tls;
  }

  JsonNode get(String path, String accept) {
    return send("GET", path, accept, Optional.empty());
  }

  /** The object, or empty if the service says there is none. */
  Optional<JsonNode> find(String path) {
    try {
      return Optional.of(get(path, JSON));
    } catch (NotFound e) {
      return Optional.empty();
    }
  }

  JsonNode send(String method, String path, String accept, Optional<ObjectNode> body) {
    try (InputStream answer = open(method, path, accept, body)) {
      return Documents.JSON.readTree(answer);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Opens an answer that goes on, line by line. The caller closes it. */
  InputStream stream(String path, String accept) {
    try {
      return open("GET", path, accept, Optional.empty());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * Sends a file; the answer comes when it is kept.
   *
   * @param path beside the API, whose last part is the permission
   * @param sent told after each piece how many bytes are sent
   * @return the code that was answered, or empty if the connection broke
   */
  OptionalInt put(String path, Path file, LongConsumer sent) {
    try {
      HttpsURLConnection connection = connection("PUT", path);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(Files.size(file));
      try (InputStream bytes = Files.newInputStream(file);
          OutputStream out = connection.getOutputStream()) {
        byte[] buffer = new byte[256 << 10];
        long count = 0;
        for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
          out.write(buffer, 0, read);
          count += read;
          sent.accept(count);
        }
      } catch (IOException broken) {
        // Whoever refuses a file answers before its end; then the answer says more.
        return answered(connection);
      }
      return answered(connection);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private static OptionalInt answered(HttpsURLConnection connection) {
    try {
      return OptionalInt.of(connection.getResponseCode());
    } catch (IOException none) {
      return OptionalInt.empty();
    }
  }

  private InputStream open(String method, String path, String accept, Optional<ObjectNode> body)
      throws IOException {
    HttpsURLConnection connection = connection(method, path);
    connection.setRequestProperty("Accept", accept);
    kubeconfig
        .token()
        .ifPresent(token -> connection.setRequestProperty("Authorization", "Bearer " + token));
    if (body.isPresent()) {
      connection.setRequestProperty("Content-Type", JSON);
      connection.setDoOutput(true);
      connection.getOutputStream().write(Documents.JSON.writeValueAsBytes(body.get()));
    }
    int code = connection.getResponseCode();
    List<String> warnings = connection.getHeaderFields().getOrDefault("Warning", List.of());
    warnings.forEach(
        warning -> System.err.println("Warning: " + warning.replaceAll("^299 - \"|\"$", "")));
    if (code >= 400) {
      throw refusal(code, connection);
    }
    return connection.getInputStream();
  }

  private HttpsURLConnection connection(String method, String path) throws IOException {
    URI target = URI.create(kubeconfig.server().toString().replaceAll("/$", "") + path);
    if (!(target.toURL().openConnection() instanceof HttpsURLConnection connection)) {
      throw new Failure(
          Failure.WRONG_USAGE, "the server is " + target + ", expected an https address");
    }
    connection.setSSLSocketFactory(tls.getSocketFactory());
    connection.setRequestMethod(method);
    connection.setConnectTimeout(10_000);
    connection.setRequestProperty("User-Agent", "cairn");
    return connection;
  }

  private static RuntimeException refusal(int code, HttpsURLConnection connection)
      throws IOException {
    String text = "";
    try (InputStream error = connection.getErrorStream()) {
      if (error != null) {
        text = new String(error.readAllBytes(), UTF_8);
      }
    }
    String message = text;
    if (text.startsWith("{")) {
      message = Documents.JSON.readTree(text).path("message").asString(text);
    }
    if (message.isBlank()) {
      message = "the service answered with code " + code;
    }
    return code == 404 ? new NotFound(message) : new Failure(Failure.REFUSED, message);
  }

  Failure unreachable(IOException problem) {
    if (comesFrom(CertPathBuilderException.class, problem)) {
      return new Failure(
          Failure.UNREACHABLE,
          "kubeconfig %s does not belong to the service at %s: its certificate comes from another authority. The lab was made anew, or it is another lab's. 'make up' writes the kubeconfig of the lab that runs into its folder; unset KUBECONFIG, or name that file"
              .formatted(kubeconfig.file(), kubeconfig.server()),
          problem);
    }
    String why =
        problem instanceof ConnectException ? "nothing listens there" : problem.getMessage();
    return new Failure(
        Failure.UNREACHABLE,
        "the service at "
            + kubeconfig.server()
            + " cannot be reached: "
            + why
            + ". Is it running? In a lab, 'make status' tells",
        problem);
  }

  private static boolean comesFrom(Class<? extends Throwable> kind, Throwable problem) {
    return Stream.iterate(problem, Objects::nonNull, Throwable::getCause)
        .anyMatch(kind::isInstance);
  }

  private static SSLContext tls(Kubeconfig kubeconfig) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(kubeconfig), trust(kubeconfig), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new Failure(
          Failure.WRONG_USAGE,
          "the kubeconfig's certificates cannot be used: " + e.getMessage(),
          e);
    }
  }

  private static KeyManager[] identity(Kubeconfig kubeconfig)
      throws GeneralSecurityException, IOException {
    if (kubeconfig.certificate().isEmpty() || kubeconfig.key().isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        privateKey(kubeconfig.key().get()),
        new char[0],
        certificates(kubeconfig.certificate().get()).toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static TrustManager[] trust(Kubeconfig kubeconfig)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate authority : certificates(kubeconfig.authority().orElse(""))) {
      store.setCertificateEntry("authority" + number++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (number == 0) {
      factory.init((KeyStore) null);
    } else {
      factory.init(store);
    }
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    // In memory only. PKCS12 would encrypt the key with 10,000 rounds, for nobody.
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(UTF_8)));
  }

  private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
    byte[] bytes =
        Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    InvalidKeySpecException unfit = new InvalidKeySpecException("the client key is unreadable");
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException e) {
        unfit = e; // The next algorithm may fit.
      }
    }
    throw unfit;
  }

  /** The service says there is no such thing. */
  static final class NotFound extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super(message);
    }
  }
}
