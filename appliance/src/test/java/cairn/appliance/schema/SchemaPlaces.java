package cairn.appliance.schema;

import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every place of a schema under its path. */
final class SchemaPlaces {

  private SchemaPlaces() {}

  static Map<String, Schema> of(Schema root) {
    Map<String, Schema> places = new LinkedHashMap<>();
    walk("", root, places);
    return places;
  }

  private static void walk(String path, Schema schema, Map<String, Schema> places) {
    places.put(path, schema);
    switch (schema.shape()) {
      case ObjectShape shape -> {
        shape.properties().forEach((name, inner) -> walk(Paths.child(path, name), inner, places));
        shape.values().ifPresent(inner -> walk(Paths.child(path, "{*}"), inner, places));
      }
      case ListShape shape -> shape.items().ifPresent(inner -> walk(path + "[]", inner, places));
      case TextShape _, NumberShape _, FlagShape _, IntOrTextShape _, AnyShape _ -> {}
    }
  }
}
