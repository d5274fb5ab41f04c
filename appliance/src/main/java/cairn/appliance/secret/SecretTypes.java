package cairn.appliance.secret;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the types of secrets that Kubernetes knows must hold. Other types hold what they like. */
final class SecretTypes {

  private static final String ACCOUNT = "kubernetes.io/service-account.name";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private SecretTypes() {}

  /** What is missing or wrong in a secret whose schema holds. */
  static List<FieldError> check(ObjectNode secret) {
    JsonNode data = secret.path("data");
    return switch (secret.path("type").asString("")) {
      case "kubernetes.io/service-account-token" ->
          secret.path("metadata").path("annotations").path(ACCOUNT).asString("").isEmpty()
              ? List.of(required("metadata.annotations[" + ACCOUNT + "]"))
              : List.of();
      case "kubernetes.io/dockercfg" -> json(data, ".dockercfg");
      case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson");
      case "kubernetes.io/basic-auth" ->
          data.has("username") || data.has("password")
              ? List.of()
              : missing(data, List.of("username", "password"));
      case "kubernetes.io/ssh-auth" ->
          data.path("ssh-privatekey").asString("").isEmpty()
              ? List.of(required(entry("ssh-privatekey")))
              : List.of();
      case "kubernetes.io/tls" -> missing(data, List.of("tls.crt", "tls.key"));
      default -> List.of();
    };
  }

  private static List<FieldError> missing(JsonNode data, List<String> keys) {
    List<FieldError> errors = new ArrayList<>();
    for (String key : keys) {
      if (!data.has(key)) {
        errors.add(required(entry(key)));
      }
    }
    return errors;
  }

  private static List<FieldError> json(JsonNode data, String key) {
    if (!data.has(key)) {
      return List.of(required(entry(key)));
    }
    byte[] content = Base64.getDecoder().decode(data.path(key).asString(""));
    try {
      if (MAPPER.readTree(content).isObject()) {
        return List.of();
      }
    } catch (JacksonException _) {
      // Said below: what stands there is a secret.
    }
    return List.of(
        new FieldError(
            entry(key),
            Cause.INVALID,
            "Invalid value: \"<secret contents redacted>\": expected a JSON object"));
  }

  private static FieldError required(String path) {
    return new FieldError(path, Cause.REQUIRED, "Required value");
  }

  private static String entry(String key) {
    return "data[" + key + "]";
  }
}
