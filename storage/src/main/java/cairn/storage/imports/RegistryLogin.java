package cairn.storage.imports;

import cairn.storage.ImageSource.Login;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a registry is told about who asks: nothing until it demands it, then the name and word of
 * the pull secret, or a token that its own server gives for them.
 */
final class RegistryLogin {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int LARGEST_TOKEN = 1 << 20;
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private final WebFetch web;
  private final RegistryReference reference;
  private final Optional<String> caBundle;
  private final Optional<Login> login;
  private Optional<String> current = Optional.empty();

  RegistryLogin(
      WebFetch web, RegistryReference reference, Optional<String> caBundle, Optional<Login> login) {
    this.web = web;
    this.reference = reference;
    this.caBundle = caBundle;
    this.login = login;
  }

  /** The value of the Authorization header, as it is known until now. */
  Optional<String> current() {
    return current;
  }

  /** Finds what to say after a registry refused: {@link #current} from now on. */
  void answer(WebAnswer refused) {
    String challenge = refused.headers().getOrDefault("www-authenticate", "");
    String scheme = challenge.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    current =
        switch (scheme) {
          case "bearer" -> Optional.of("Bearer " + token(parameters(challenge), refused));
          case "basic" -> login.map(RegistryLogin::basic);
          default -> Optional.empty();
        };
  }

  private String token(Map<String, String> challenge, WebAnswer refused) {
    URI server = server(challenge);
    WebRequest request =
        WebRequest.of(server, caBundle)
            .from(refused.socket().getInetAddress())
            .authorized(login.map(RegistryLogin::basic));
    try (WebAnswer answer = web.ask(request)) {
      if (answer.status() != 200) {
        throw failed("gives no token (status " + answer.status() + "); check the pull secret");
      }
      JsonNode document = JSON.readTree(answer.body().readNBytes(LARGEST_TOKEN));
      String token = document.path("token").asString(document.path("access_token").asString(""));
      // It becomes part of a header, so it may hold nothing that ends one.
      if (!token.matches("[\\x21-\\x7e]+")) {
        throw failed("gives a token that is none");
      }
      return token;
    } catch (IOException failure) {
      throw WebFetch.fault(WebSource.shown(server), failure);
    } catch (JacksonException malformed) {
      throw failed("gives a token that is none");
    }
  }

  private URI server(Map<String, String> challenge) {
    String realm = challenge.getOrDefault("realm", "");
    String scope =
        challenge.getOrDefault("scope", "repository:" + reference.repository() + ":pull");
    String query = "scope=" + encoded(scope);
    if (challenge.containsKey("service")) {
      query += "&service=" + encoded(challenge.get("service"));
    }
    try {
      URI server = new URI(realm + (realm.contains("?") ? "&" : "?") + query);
      if ("https".equalsIgnoreCase(server.getScheme())) {
        return server;
      }
    } catch (java.net.URISyntaxException malformed) {
      throw failed("names a token server that is no address");
    }
    throw failed("wants the login sent to a server without TLS");
  }

  private StorageFault failed(String what) {
    return Refused.forNow(
        "ImagePullFailed", "The registry of " + reference + " " + what + ".", null);
  }

  private static Map<String, String> parameters(String challenge) {
    Map<String, String> parameters = new HashMap<>();
    for (Matcher found = PARAMETER.matcher(challenge); found.find(); ) {
      parameters.put(found.group(1).toLowerCase(Locale.ROOT), found.group(2));
    }
    return parameters;
  }

  private static String basic(Login login) {
    String pair = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
