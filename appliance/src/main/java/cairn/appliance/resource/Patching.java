package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.schema.Kind;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies a patch of any kind to a document. Pure. */
final class Patching {

  /** More operations in one request are refused, as Kubernetes does. */
  private static final int MOST_OPERATIONS = 10_000;

  private Patching() {}

  static ObjectNode apply(Kind kind, Patch patch, ObjectNode document) {
    JsonNode patched =
        switch (patch.type()) {
          case JSON -> operations(patch.change(), document);
          case MERGE -> MergePatch.apply(document, object(patch.change()));
          case STRATEGIC_MERGE -> {
            if (!kind.group().isEmpty()) {
              throw Refusals.unsupportedMediaType(accepted(kind));
            }
            yield StrategicMergePatch.apply(document, object(patch.change()));
          }
          case APPLY -> throw Refusals.unsupportedMediaType(accepted(kind));
        };
    if (patched instanceof ObjectNode result) {
      return result;
    }
    throw Refusals.bad("the patch leaves no JSON object of " + kind.kind());
  }

  private static List<String> accepted(Kind kind) {
    List<String> accepted =
        new ArrayList<>(List.of(Patch.Type.JSON.mediaType(), Patch.Type.MERGE.mediaType()));
    if (kind.group().isEmpty()) {
      accepted.add(Patch.Type.STRATEGIC_MERGE.mediaType());
    }
    return accepted;
  }

  private static ObjectNode object(JsonNode change) {
    if (change instanceof ObjectNode object) {
      return object;
    }
    throw Refusals.bad("the patch is not a JSON object");
  }

  private static JsonNode operations(JsonNode change, ObjectNode document) {
    if (!change.isArray()) {
      throw Refusals.bad("the JSON patch is not an array of operations");
    }
    if (change.size() > MOST_OPERATIONS) {
      throw new Refusal(
          Reason.REQUEST_ENTITY_TOO_LARGE,
          "The allowed maximum operations in a JSON patch is "
              + MOST_OPERATIONS
              + ", got "
              + change.size());
    }
    try {
      return JsonPatch.apply(change, document);
    } catch (JsonPatchException e) {
      throw new Refusal(
          Reason.INVALID,
          "the server rejected our request due to an error in our request: " + e.getMessage());
    } catch (RuntimeException e) {
      // The library throws what it stumbles over when an operation is malformed.
      throw Refusals.bad("the JSON patch cannot be applied: " + e.getMessage());
    }
  }
}
