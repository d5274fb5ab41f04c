package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The {@code Date} of answers (RFC 9110, 6.6.1), written once a second. Any thread. */
final class DateHeader {

  private record Written(long second, String text) {}

  private final InstantSource clock;
  private volatile Written latest = new Written(Long.MIN_VALUE, "");

  DateHeader(InstantSource clock) {
    this.clock = requireNonNull(clock, "clock is null");
  }

  String text() {
    Instant now = clock.instant();
    Written written = latest;
    if (written.second() != now.getEpochSecond()) {
      written =
          new Written(
              now.getEpochSecond(),
              DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
      latest = written;
    }
    return written.text();
  }
}
