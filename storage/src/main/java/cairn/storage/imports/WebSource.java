package cairn.storage.imports;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** An address on the web that an import may ask, taken apart. */
record WebSource(boolean secure, String host, int port, String target, Optional<String> login) {

  static WebSource of(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw Refused.forGood(
          "UnsupportedScheme",
          "The image source '" + shown(url) + "' is not an HTTP or HTTPS address.");
    }
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65535) {
      throw Refused.forGood(
          "InvalidUrl", "The image source '" + shown(url) + "' names no host and port to ask.");
    }
    boolean secure = scheme.equals("https");
    int port = url.getPort() < 0 ? (secure ? 443 : 80) : url.getPort();
    return new WebSource(
        secure,
        url.getHost(),
        port,
        target(url),
        Optional.ofNullable(url.getUserInfo())
            .map(login ->
                Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
  }

  /** Where a redirect leads; the login stays with the host it was given for. */
  static WebSource redirected(URI from, String location) {
    try {
      return of(from.resolve(new URI(location)));
    } catch (URISyntaxException malformed) {
      throw Refused.forGood(
          "InvalidRedirect", "The server of " + shown(from) + " redirects to an invalid address.");
    }
  }

  private static String target(URI url) {
    String path = url.getRawPath();
    String target = path == null || path.isEmpty() ? "/" : path;
    String encoded = url.getRawQuery() == null ? target : target + "?" + url.getRawQuery();
    // What RFC 3986 allows only encoded, but java.net.URI lets through: characters beyond ASCII.
    return URI.create(encoded).toASCIIString();
  }

  /** Without login and query, which may be secrets. */
  static String shown(URI url) {
    if (url.getHost() == null) {
      return url.getScheme() + ":...";
    }
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme()
        + "://"
        + url.getHost()
        + port
        + (url.getRawPath() == null ? "" : url.getRawPath());
  }

  boolean sameServer(WebSource other) {
    return secure == other.secure && port == other.port && host.equalsIgnoreCase(other.host);
  }

  /** As the Host header names it: without the port where it is the scheme's own. */
  String authority() {
    return port == (secure ? 443 : 80) ? host : host + ":" + port;
  }
}
