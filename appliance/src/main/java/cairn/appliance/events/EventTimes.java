package cairn.appliance.events;

import cairn.appliance.api.WireTimes;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Which times of events are kept to the second, and which to the microsecond. */
final class EventTimes {

  private EventTimes() {}

  /** Rewrites the times of an event, in place. What is no time stays: the schema names it. */
  static void settle(ObjectNode event) {
    for (String field : List.of("firstTimestamp", "lastTimestamp")) {
      WireTimes.settleSeconds(event, EventConversion.called(event, field));
    }
    WireTimes.settleMicro(event, "eventTime");
    if (event.path("series") instanceof ObjectNode series) {
      WireTimes.settleMicro(series, "lastObservedTime");
    }
  }
}
