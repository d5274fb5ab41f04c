package cairn.appliance.server;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the {@code Status} that Kubernetes clients read failures (and deletions) from. */
final class StatusDocument {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private StatusDocument() {}

  static Answer.Whole of(Refusal refusal) {
    // The content type is exactly this, without a charset: clients compare the text.
    Answer.Whole answer =
        new Answer.Whole(refusal.reason().code(), Answer.JSON, bytes(tree(refusal)));
    return refusal.retryAfterSeconds() > 0
        ? answer.with("Retry-After", Integer.toString(refusal.retryAfterSeconds()))
        : answer;
  }

  /** A failure of the transport, which the vocabulary of reasons knows little about. */
  static Answer.Whole of(int code, String message) {
    ObjectNode status = head("Failure");
    status.put("message", message);
    if (code == Reason.BAD_REQUEST.code()) {
      status.put("reason", Reason.BAD_REQUEST.word());
    }
    status.put("code", code);
    return new Answer.Whole(code, Answer.JSON, bytes(status));
  }

  static ObjectNode tree(Refusal refusal) {
    ObjectNode status = head("Failure");
    status.put("message", refusal.getMessage());
    status.put("reason", refusal.reason().word());
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    putUnlessEmpty(details, "name", refusal.subject().name());
    putUnlessEmpty(details, "group", refusal.subject().group());
    putUnlessEmpty(details, "kind", refusal.subject().kind());
    if (!refusal.causes().isEmpty()) {
      ArrayNode causes = details.putArray("causes");
      for (FieldError cause : refusal.causes()) {
        ObjectNode entry = causes.addObject();
        entry.put("reason", cause.cause().word());
        entry.put("message", cause.message());
        putUnlessEmpty(entry, "field", cause.path());
      }
    }
    if (refusal.retryAfterSeconds() > 0) {
      details.put("retryAfterSeconds", refusal.retryAfterSeconds());
    }
    if (!details.isEmpty()) {
      status.set("details", details);
    }
    status.put("code", refusal.reason().code());
    return status;
  }

  /** The answer to a deletion that took place. */
  static ObjectNode deleted(String name, String group, String plural, String uid) {
    ObjectNode status = head("Success");
    ObjectNode details = status.putObject("details");
    details.put("name", name);
    putUnlessEmpty(details, "group", group);
    details.put("kind", plural);
    details.put("uid", uid);
    return status;
  }

  static Answer.Whole tooLarge() {
    return of(
        new Refusal(
            Reason.REQUEST_ENTITY_TOO_LARGE,
            "Request entity too large: limit is " + ApiServer.LARGEST_BODY));
  }

  static byte[] bytes(ObjectNode tree) {
    return MAPPER.writeValueAsBytes(tree);
  }

  private static ObjectNode head(String outcome) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status");
    status.put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", outcome);
    return status;
  }

  private static void putUnlessEmpty(ObjectNode object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }
}
