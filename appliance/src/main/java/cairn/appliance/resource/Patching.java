package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies a patch of any kind to a document. Pure. */
final class Patching {

  private Patching() {}

  static ObjectNode apply(Kind kind, Patch patch, ObjectNode document) {
    JsonNode patched =
        switch (patch.type()) {
          case JSON -> JsonPatch.apply(document, patch.change());
          case MERGE -> MergePatch.apply(document, object(patch.change()));
          case STRATEGIC_MERGE -> {
            if (!Patch.Type.taken(kind).contains(patch.type())) {
              throw Refusals.unsupportedMediaType(
                  Patch.Type.taken(kind).stream().map(Patch.Type::mediaType).toList());
            }
            yield StrategicMergePatch.apply(kind.kind(), document, object(patch.change()));
          }
          // Only a scale gets here: all else is applied elsewhere.
          case APPLY ->
              throw Refusals.unsupportedMediaType(
                  List.of(Patch.Type.JSON.mediaType(), Patch.Type.MERGE.mediaType()));
        };
    if (patched instanceof ObjectNode result) {
      return result;
    }
    throw Refusals.bad("the patch leaves no JSON object of " + kind.kind());
  }

  private static ObjectNode object(JsonNode change) {
    if (change instanceof ObjectNode object) {
      return object;
    }
    throw Refusals.bad("the patch is not a JSON object");
  }
}
