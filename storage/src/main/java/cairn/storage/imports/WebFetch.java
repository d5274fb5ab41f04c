package cairn.storage.imports;

import cairn.storage.StorageFault;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Asks web servers for a file: one GET over HTTP/1.1 per hop, on a connection to an address that
 * was checked. The JDK's clients resolve names themselves, after any check of ours, so a name that
 * answers differently the second time would get around the policy; hence a request of our own.
 */
final class WebFetch {

  private final AddressPolicy policy;
  private final ImportLimits limits;
  private final Deadline deadline;

  WebFetch(AddressPolicy policy, ImportLimits limits, Deadline deadline) {
    this.policy = policy;
    this.limits = limits;
    this.deadline = deadline;
  }

  /**
   * Follows redirects until a server answers otherwise, with whatever status; the caller closes
   * what is returned.
   */
  WebAnswer ask(WebRequest request) {
    SSLSocketFactory trust = TrustedCertificates.of(request.caBundle());
    URI url = request.url();
    WebSource asked = WebSource.of(url);
    Optional<InetAddress> pointedFrom = request.pointedFrom();
    for (int hop = 0; hop <= limits.redirects(); hop++) {
      Hop made = ask(asked, request.headersFor(asked), url, trust, pointedFrom);
      Optional<String> location = made.answer().redirect();
      if (location.isEmpty()) {
        return made.answer();
      }
      made.answer().close();
      WebSource next = WebSource.redirected(url, location.get());
      requireStillSecret(asked, next, url);
      url = url.resolve(URI.create(location.get()));
      asked = next;
      pointedFrom = Optional.of(made.address());
    }
    throw Refused.forGood(
        "TooManyRedirects",
        "The server of "
            + WebSource.shown(request.url())
            + " redirected more than "
            + limits.redirects()
            + " times.");
  }

  private record Hop(WebAnswer answer, InetAddress address) {}

  private Hop ask(
      WebSource asked,
      Map<String, String> headers,
      URI url,
      SSLSocketFactory trust,
      Optional<InetAddress> pointedFrom) {
    String shown = WebSource.shown(url);
    Optional<Socket> opened = Optional.empty();
    try {
      Socket plain = connect(asked, shown, pointedFrom);
      opened = Optional.of(plain);
      InetAddress address = plain.getInetAddress();
      Socket socket = asked.secure() ? secured(plain, asked, trust) : plain;
      socket.getOutputStream().write(request(asked, headers));
      socket.getOutputStream().flush();
      InputStream paced = new PacedInput(socket, limits.stall(), deadline, shown);
      WebAnswer answer = WebAnswer.read(new BufferedInputStream(paced, 1 << 16), socket, shown);
      return new Hop(answer, address);
    } catch (StorageFault fault) {
      close(opened);
      throw fault;
    } catch (IOException failure) {
      close(opened);
      throw fault(shown, failure);
    }
  }

  private Socket connect(WebSource asked, String shown, Optional<InetAddress> pointedFrom)
      throws IOException {
    IOException last = new ConnectException("no address answered");
    for (InetAddress address : allowed(asked, shown, pointedFrom)) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, asked.port()), millis(limits.stall()));
        socket.setSoTimeout(millis(limits.stall()));
        return socket;
      } catch (IOException failure) {
        socket.close();
        last = failure;
      }
    }
    throw last;
  }

  private List<InetAddress> allowed(
      WebSource asked, String shown, Optional<InetAddress> pointedFrom) throws IOException {
    List<InetAddress> allowed = new ArrayList<>();
    for (InetAddress address : AddressPolicy.resolve(asked.host())) {
      // A server that points to itself leads nowhere that the user did not already ask.
      boolean direct = pointedFrom.map(address::equals).orElse(true);
      AddressPolicy.Hop hop = direct ? AddressPolicy.Hop.DIRECT : AddressPolicy.Hop.REDIRECT;
      if (policy.allows(address, hop)) {
        allowed.add(address);
      }
    }
    if (allowed.isEmpty()) {
      throw Refused.forGood(
          "AddressNotAllowed",
          "Images may not be fetched from "
              + shown
              + (pointedFrom.isPresent() ? ", which a redirect points to" : "")
              + ": its address is link-local, loopback, private or reserved.");
    }
    return allowed;
  }

  private static Socket secured(Socket plain, WebSource asked, SSLSocketFactory trust)
      throws IOException {
    SSLSocket socket = (SSLSocket) trust.createSocket(plain, asked.host(), asked.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static byte[] request(WebSource asked, Map<String, String> headers) {
    StringBuilder request = new StringBuilder();
    request.append("GET ").append(asked.target()).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(asked.authority()).append("\r\n");
    // The bytes are wanted as they are stored: checksums are of these.
    request.append("Accept-Encoding: identity\r\nUser-Agent: cairn\r\n");
    headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    request.append("Connection: close\r\n\r\n");
    return request.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void requireStillSecret(WebSource from, WebSource to, URI url) {
    if (from.secure() && !to.secure()) {
      throw Refused.forGood(
          "InsecureRedirect",
          "The server of " + WebSource.shown(url) + " redirects from HTTPS to plain HTTP.");
    }
  }

  static StorageFault fault(String shown, IOException failure) {
    return switch (failure) {
      case UnknownHostException _ ->
          Refused.forNow(
              "SourceUnreachable", "The host of " + shown + " has no known address.", failure);
      case SocketTimeoutException _ ->
          Refused.forNow("SourceUnreachable", shown + " did not answer in time.", failure);
      case SSLException _ ->
          Refused.forNow(
              "TlsFailed",
              "No secure connection to " + shown + ": " + failure.getMessage(),
              failure);
      default ->
          Refused.forNow(
              "SourceUnreachable", "Cannot fetch " + shown + ": " + failure.getMessage(), failure);
    };
  }

  private static void close(Optional<Socket> socket) {
    socket.ifPresent(WebAnswer::closeQuietly);
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis()));
  }
}
