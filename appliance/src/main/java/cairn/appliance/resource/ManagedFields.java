package cairn.appliance.resource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who set which field. An update takes the fields it changed away from everybody else and adds them
 * to its writer's entry; fields that are gone belong to nobody.
 */
final class ManagedFields {

  private static final String FIELDS = "fieldsV1";

  private ManagedFields() {}

  /** Who writes, through which version and subresource. */
  record Writer(String manager, String apiVersion, Target.Part part) {

    private String subresource() {
      return switch (part) {
        case MAIN -> "";
        case STATUS -> "status";
      };
    }

    private boolean wrote(JsonNode entry) {
      return entry.path("manager").asString("").equals(manager)
          && entry.path("operation").asString("").equals("Update")
          && entry.path("apiVersion").asString("").equals(apiVersion)
          && entry.path("subresource").asString("").equals(subresource());
    }
  }

  /** Notes in {@code now}, in place, what this write changed. */
  static void note(ObjectNode old, ObjectNode now, Writer writer, Instant at) {
    ObjectNode before = FieldTree.ownable(old);
    ObjectNode after = FieldTree.ownable(now);
    ObjectNode changed = FieldTree.changed(before, after);
    ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    boolean noted = false;
    for (JsonNode entry : entries(now)) {
      boolean own = writer.wrote(entry);
      ObjectNode fields = fields(entry);
      ObjectNode left =
          FieldTree.within(
              own ? FieldTree.union(fields, changed) : FieldTree.minus(fields, changed), after);
      noted |= own;
      if (!left.isEmpty()) {
        entries.add(
            own && !left.equals(fields)
                ? entry(writer, at, left)
                : ((ObjectNode) entry).deepCopy().set(FIELDS, left));
      }
    }
    if (!noted && !changed.isEmpty()) {
      entries.add(entry(writer, at, changed));
    }
    ObjectNode metadata = (ObjectNode) now.path("metadata");
    if (entries.isEmpty()) {
      metadata.remove("managedFields");
    } else {
      metadata.set("managedFields", entries);
    }
  }

  private static List<JsonNode> entries(ObjectNode document) {
    List<JsonNode> entries = new ArrayList<>();
    for (JsonNode entry : document.path("metadata").path("managedFields")) {
      if (entry.has("manager")) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static ObjectNode fields(JsonNode entry) {
    return entry.path(FIELDS) instanceof ObjectNode fields ? fields : Json.object();
  }

  private static ObjectNode entry(Writer writer, Instant at, ObjectNode fields) {
    ObjectNode entry = Json.object();
    entry.put("apiVersion", writer.apiVersion());
    entry.put("fieldsType", "FieldsV1");
    entry.set(FIELDS, fields);
    entry.put("manager", writer.manager());
    entry.put("operation", "Update");
    if (!writer.subresource().isEmpty()) {
      entry.put("subresource", writer.subresource());
    }
    entry.put("time", at.toString());
    return entry;
  }
}
