package cairn.appliance.apply;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The places that a configuration clears by null. */
final class Nulls {

  private Nulls() {}

  static FieldSet of(FieldType type, JsonNode configuration) {
    FieldSet.Builder cleared = new FieldSet.Builder();
    if (configuration instanceof ObjectNode object && type.granular()) {
      object
          .properties()
          .forEach(field ->
              cleared.add(
                  PathElement.field(field.getKey()),
                  field.getValue().isNull(),
                  of(type.field(field.getKey()), field.getValue())));
    }
    Items.of(type, configuration)
        .ifPresent(items ->
            items
                .byStep()
                .forEach((step, item) -> cleared.add(step, false, of(type.item(), item))));
    return cleared.build();
  }
}
