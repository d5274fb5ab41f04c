package cairn.appliance.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.storage.ImageSource.Login;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PullSecretTest {

  private static final Login READER = new Login("reader", "a:secret");

  @ParameterizedTest
  @CsvSource({
    "registry.example.org:5000, registry.example.org:5000, true",
    "https://registry.example.org/v2/, registry.example.org, true",
    "Registry.Example.org, registry.example.org, true",
    "https://index.docker.io/v1/, registry-1.docker.io, true",
    "registry.example.org, registry.example.org:5000, false",
    "registry.example.org, example.org, false"
  })
  void theLoginIsForTheRegistryThatIsAsked(String written, String asked, boolean found) {
    Optional<Login> expected = found ? Optional.of(READER) : Optional.empty();

    String pair =
        Base64.getEncoder().encodeToString("reader:a:secret".getBytes(StandardCharsets.UTF_8));
    assertEquals(expected, login(written, "{'auth':'" + pair + "'}", asked));
    assertEquals(expected, login(written, "{'username':'reader','password':'a:secret'}", asked));
  }

  @ParameterizedTest
  @CsvSource({"{}", "{'auth':'not base64!'}", "{'auth':'cmVhZGVy'}", "[]"})
  void whatIsNoLoginIsNone(String entry) {
    assertEquals(Optional.empty(), login("example.org", entry, "example.org"));
  }

  private static Optional<Login> login(String registry, String entry, String asked) {
    String text = "{'auths':{'" + registry + "':" + entry + "}}";
    byte[] bytes = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ObjectNode secret = JsonMapper.shared().createObjectNode();
    secret.putObject("data").put(".dockerconfigjson", Base64.getEncoder().encodeToString(bytes));
    return PullSecret.login(secret, asked);
  }
}
