package cairn.appliance.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Moves plain text into the data, names a type where there is none, and keeps it. */
public final class SecretAdmission implements Admission {

  private static final String USUAL_TYPE = "Opaque";

  @Override
  public void mutate(Review review) {
    ObjectNode secret = review.now();
    if (secret.path("type").asString("").isEmpty()) {
      secret.put("type", USUAL_TYPE);
    }
    settle(secret);
  }

  @Override
  public void settle(ObjectNode secret) {
    JsonNode data = secret.path("data");
    boolean room = data.isMissingNode() || data.isNull() || data.isObject();
    // What is of a wrong type stays as it is: the schema names it.
    if (room
        && secret.path("stringData") instanceof ObjectNode texts
        && texts.valueStream().allMatch(JsonNode::isString)) {
      ObjectNode bytes = data instanceof ObjectNode given ? given : secret.putObject("data");
      texts
          .properties()
          .forEach(text -> bytes.put(text.getKey(), base64(text.getValue().asString())));
      secret.remove("stringData");
    }
  }

  @Override
  public Verdict validate(Review review) {
    List<FieldError> errors =
        new ArrayList<>(Contents.check(review.now(), review.old(), List.of("data")));
    errors.addAll(SecretTypes.check(review.now()));
    String now = review.now().path("type").asString("");
    boolean changed =
        review.old().isPresent() && !review.old().get().path("type").asString("").equals(now);
    if (changed) {
      errors.add(
          new FieldError(
              "type", Cause.INVALID, "Invalid value: \"" + now + "\": field is immutable"));
    }
    return new Verdict(errors, List.of());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
