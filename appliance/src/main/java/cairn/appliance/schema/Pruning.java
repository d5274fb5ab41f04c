package cairn.appliance.schema;

import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Removes from a document, in place, what nobody described. */
final class Pruning {

  private final List<String> removed = new ArrayList<>();

  private Pruning() {}

  /** Paths of what was removed, in the document's order. */
  static List<String> prune(Schema schema, ObjectNode document) {
    Pruning pruning = new Pruning();
    pruning.walk("", schema, document);
    return List.copyOf(pruning.removed);
  }

  private void walk(String path, Schema schema, JsonNode value) {
    switch (schema.shape()) {
      case ObjectShape shape when value instanceof ObjectNode object -> fields(path, shape, object);
      case ListShape shape when value instanceof ArrayNode items -> items(path, shape, items);
      case ObjectShape _,
          ListShape _,
          TextShape _,
          NumberShape _,
          FlagShape _,
          IntOrTextShape _,
          AnyShape _ -> {}
    }
  }

  private void fields(String path, ObjectShape shape, ObjectNode object) {
    for (String name : List.copyOf(object.propertyNames())) {
      String at = Paths.child(path, name);
      shape
          .field(name)
          .ifPresentOrElse(
              schema -> walk(at, schema, object.path(name)),
              () -> {
                if (!shape.open()) {
                  object.remove(name);
                  removed.add(at);
                }
              });
    }
  }

  private void items(String path, ListShape shape, ArrayNode items) {
    shape
        .items()
        .ifPresent(schema -> {
          for (int i = 0; i < items.size(); i++) {
            walk(Paths.item(path, i), schema, items.path(i));
          }
        });
  }
}
