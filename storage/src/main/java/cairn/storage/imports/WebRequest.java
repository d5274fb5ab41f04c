package cairn.storage.imports;

import cairn.storage.ImageSource;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a web server is asked for.
 *
 * @param caBundle PEM certificates to trust instead of the system's
 * @param headers beside those that every request has
 * @param pointedFrom address of the server that named this one, where the user did not
 */
record WebRequest(
    URI url,
    Optional<String> caBundle,
    Map<String, String> headers,
    Optional<InetAddress> pointedFrom) {

  private static final String AUTHORIZATION = "Authorization";

  static WebRequest of(ImageSource.Http source) {
    return of(source.url(), source.caBundle());
  }

  static WebRequest of(URI url, Optional<String> caBundle) {
    return new WebRequest(url, caBundle, Map.of("Accept", "*/*"), Optional.empty());
  }

  WebRequest with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new WebRequest(url, caBundle, more, pointedFrom);
  }

  /** Named by the server at that address, not by the user. */
  WebRequest from(InetAddress server) {
    return new WebRequest(url, caBundle, headers, Optional.of(server));
  }

  WebRequest authorized(Optional<String> authorization) {
    return authorization.map(value -> with(AUTHORIZATION, value)).orElse(this);
  }

  /** What the server at {@code asked} is told: a secret is only for the one it was given for. */
  Map<String, String> headersFor(WebSource asked) {
    Map<String, String> told = new LinkedHashMap<>(headers);
    if (!asked.sameServer(WebSource.of(url))) {
      told.remove(AUTHORIZATION);
    }
    asked.login().ifPresent(login -> told.put(AUTHORIZATION, "Basic " + login));
    return told;
  }
}
