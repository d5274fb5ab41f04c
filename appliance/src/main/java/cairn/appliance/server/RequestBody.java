package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Body;
import cairn.appliance.resource.Patch;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Reads request bodies by their content type. No content type means JSON. */
final class RequestBody {

  private static final String ACCEPTED =
      "application/json, application/yaml, application/vnd.kubernetes.protobuf";

  private RequestBody() {}

  /** The object of a create or an update. */
  static Body object(Request request) {
    return switch (MediaType.parse(request.headers().contentType()).name()) {
      case "", "application/json" -> Body.json(request.body());
      case "application/yaml", "application/x-yaml", "text/yaml" -> yaml(request.body());
      case "application/vnd.kubernetes.protobuf" -> new Body(ProtobufBody.read(request.body()));
      default -> throw unknown(ACCEPTED);
    };
  }

  /** The options of a deletion; empty for no body. */
  static Optional<ObjectNode> options(Request request) {
    return request.body().length == 0 ? Optional.empty() : Optional.of(object(request).document());
  }

  static Patch patch(Request request) {
    Patch.Type type =
        Patch.Type.of(MediaType.parse(request.headers().contentType()).name())
            .orElseThrow(() ->
                unknown(
                    "application/json-patch+json, application/merge-patch+json,"
                        + " application/strategic-merge-patch+json,"
                        + " application/apply-patch+yaml"));
    // kubectl writes JSON under the YAML type; only what is no JSON needs the slower reader.
    return type == Patch.Type.APPLY && !beginsLikeJson(request.body())
        ? new Patch(type, YamlBody.read(new String(request.body(), UTF_8)))
        : Patch.json(type, request.body());
  }

  private static Body yaml(byte[] bytes) {
    return beginsLikeJson(bytes)
        ? Body.json(bytes)
        : new Body(YamlBody.read(new String(bytes, UTF_8)));
  }

  private static boolean beginsLikeJson(byte[] bytes) {
    for (byte b : bytes) {
      if (b > ' ') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }

  private static Refusal unknown(String accepted) {
    return new Refusal(
        Reason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include: "
            + accepted);
  }
}
