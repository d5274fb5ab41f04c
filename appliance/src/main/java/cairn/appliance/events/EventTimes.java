package cairn.appliance.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Times in events in the one form each that clients written in Go can read: whole seconds, or
 * exactly six digits of them. A single other one would spoil the whole list for them.
 */
final class EventTimes {

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private EventTimes() {}

  /** Rewrites the times of an event, in place. What is no time stays: the schema names it. */
  static void settle(ObjectNode event) {
    for (String field : List.of("firstTimestamp", "lastTimestamp")) {
      settle(event, EventConversion.called(event, field), false);
    }
    settle(event, "eventTime", true);
    if (event.path("series") instanceof ObjectNode series) {
      settle(series, "lastObservedTime", true);
    }
  }

  /** To the microsecond. */
  static String micro(Instant time) {
    return MICROSECONDS.format(time);
  }

  private static void settle(ObjectNode object, String field, boolean exact) {
    JsonNode time = object.path(field);
    if (!time.isString()) {
      return;
    }
    try {
      Instant instant = OffsetDateTime.parse(time.asString("")).toInstant();
      object.put(
          field, exact ? micro(instant) : instant.truncatedTo(ChronoUnit.SECONDS).toString());
    } catch (DateTimeException none) {
      // Stays as it is.
    }
  }
}
