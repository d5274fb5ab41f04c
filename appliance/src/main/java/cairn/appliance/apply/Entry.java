package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of {@code metadata.managedFields}.
 *
 * @param time when the writer last changed something
 */
record Entry(Writer writer, Optional<Instant> time, FieldSet fields) {

  private static final String FIELDS_TYPE = "FieldsV1";

  Entry {
    requireNonNull(writer, "writer is null");
    requireNonNull(time, "time is null");
    requireNonNull(fields, "fields is null");
  }

  Entry with(FieldSet other) {
    return new Entry(writer, time, other);
  }

  Entry at(Instant now) {
    return new Entry(writer, Optional.of(now), fields);
  }

  long seconds() {
    return time.map(Instant::getEpochSecond).orElse(0L);
  }

  /**
   * @throws IllegalArgumentException if Kubernetes could not read it either
   */
  static Entry decode(JsonNode entry) {
    String apiVersion = entry.path("apiVersion").asString("");
    if (apiVersion.isEmpty()) {
      throw new IllegalArgumentException("apiVersion must not be empty");
    }
    if (!entry.path("fieldsType").asString("").equals(FIELDS_TYPE)) {
      throw new IllegalArgumentException("fieldsType must be " + FIELDS_TYPE);
    }
    JsonNode fields = entry.path("fieldsV1");
    return new Entry(
        new Writer(
            entry.path("manager").asString(""),
            operation(entry.path("operation").asString("")),
            apiVersion,
            entry.path("subresource").asString("")),
        time(entry.path("time")),
        fields.isMissingNode() || fields.isNull() ? FieldSet.EMPTY : FieldSet.decode(fields));
  }

  ObjectNode encode() {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("apiVersion", writer.apiVersion());
    entry.put("fieldsType", FIELDS_TYPE);
    entry.set("fieldsV1", fields.encode());
    entry.put("manager", writer.name());
    entry.put("operation", writer.operation().word());
    if (!writer.subresource().isEmpty()) {
      entry.put("subresource", writer.subresource());
    }
    time.ifPresent(instant -> entry.put("time", instant.toString()));
    return entry;
  }

  private static Writer.Operation operation(String word) {
    for (Writer.Operation operation : Writer.Operation.values()) {
      if (operation.word().equals(word)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("operation must be `Apply` or `Update`");
  }

  private static Optional<Instant> time(JsonNode time) {
    if (time.isMissingNode() || time.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Instant.ofEpochSecond(OffsetDateTime.parse(time.asString("")).toEpochSecond()));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("time is no time: " + time, e);
    }
  }
}
