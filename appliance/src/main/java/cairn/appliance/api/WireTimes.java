package cairn.appliance.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Times in the one form each that clients written in Go can read: whole seconds ({@code Time}), or
 * exactly six digits of them ({@code MicroTime}), always UTC. A single other one spoils a whole
 * list for them.
 */
public final class WireTimes {

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private WireTimes() {}

  /** To the microsecond. */
  public static String micro(Instant time) {
    return MICROSECONDS.format(time);
  }

  /** Rewrites a field to the microsecond. What is no time stays: the schema names it. */
  public static void settleMicro(ObjectNode object, String field) {
    settle(object, field, true);
  }

  /** Rewrites a field to the second. What is no time stays: the schema names it. */
  public static void settleSeconds(ObjectNode object, String field) {
    settle(object, field, false);
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
