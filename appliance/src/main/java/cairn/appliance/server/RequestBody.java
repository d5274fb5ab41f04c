package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Body;
import cairn.appliance.resource.Patch;
import cairn.appliance.schema.Kind;
import java.util.Optional;
import java.util.stream.Collectors;
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

  /** A change to an object of that kind, in one of the forms that the kind takes. */
  static Patch patch(Request request, Kind kind) {
    Patch.Type type =
        Patch.Type.of(MediaType.parse(request.headers().contentType()).name())
            .filter(found -> Patch.Type.taken(kind).contains(found))
            .orElseThrow(() ->
                unknown(
                    Patch.Type.taken(kind).stream()
                        .map(Patch.Type::mediaType)
                        .collect(Collectors.joining(", "))));
    return type == Patch.Type.APPLY ? applied(request.body()) : Patch.json(type, request.body());
  }

  /** kubectl writes JSON under the YAML type; only what is no JSON needs the slower reader. */
  private static Patch applied(byte[] bytes) {
    if (beginsLikeJson(bytes)) {
      try {
        return Patch.json(Patch.Type.APPLY, bytes);
      } catch (Refusal refusal) {
        // YAML has mappings in braces too; if it is none either, that reader says why.
        return appliedYaml(bytes);
      }
    }
    return appliedYaml(bytes);
  }

  private static Patch appliedYaml(byte[] bytes) {
    Body body = YamlBody.read(bytes);
    return new Patch(Patch.Type.APPLY, body.document(), body.duplicateFields());
  }

  private static Body yaml(byte[] bytes) {
    return beginsLikeJson(bytes) ? Body.json(bytes) : YamlBody.read(bytes);
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
