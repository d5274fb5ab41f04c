package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A machine's place when the host comes up or goes down, from its annotations. Pure.
 *
 * @param place machines of a lower place come first and go last; {@value #LOWEST} to {@value
 *     #HIGHEST}, 0 for a machine that does not say
 * @param delay how long machines of the next place wait after this one was started; up to an hour
 */
record StartOrder(int place, Duration delay) {

  static final String PLACE = "cairn.io/start-order";
  static final String DELAY = "cairn.io/start-delay";

  static final int LOWEST = -1000;
  static final int HIGHEST = 1000;
  static final Duration LONGEST_DELAY = Duration.ofHours(1);

  static final StartOrder USUAL = new StartOrder(0, Duration.ZERO);

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,4}");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,4})(s|m|h)");

  StartOrder {
    requireNonNull(delay, "delay is null");
  }

  /** What a machine's document says; what is not understood counts as not said. */
  static StartOrder read(JsonNode machine) {
    return new StartOrder(
        annotation(machine, PLACE).flatMap(StartOrder::place).orElse(USUAL.place),
        annotation(machine, DELAY).flatMap(StartOrder::delay).orElse(USUAL.delay));
  }

  /** What is wrong with the annotations, for admission. */
  static List<FieldError> refusals(JsonNode machine) {
    List<FieldError> errors = new ArrayList<>();
    annotation(machine, PLACE)
        .filter(text -> place(text).isEmpty())
        .ifPresent(text ->
            errors.add(
                wrong(PLACE, text, "a whole number from %d to %d".formatted(LOWEST, HIGHEST))));
    annotation(machine, DELAY)
        .filter(text -> delay(text).isEmpty())
        .ifPresent(
            text -> errors.add(wrong(DELAY, text, "a time of up to one hour, such as 30s or 2m")));
    return errors;
  }

  private static FieldError wrong(String annotation, String text, String expected) {
    String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
    return new FieldError(
        "metadata.annotations[" + annotation + "]",
        Cause.INVALID,
        "\"%s\": expected %s".formatted(shown, expected));
  }

  private static Optional<String> annotation(JsonNode machine, String name) {
    JsonNode found = machine.path("metadata").path("annotations").path(name);
    return found.isString() ? Optional.of(found.asString("")) : Optional.empty();
  }

  private static Optional<Integer> place(String text) {
    return Optional.of(text)
        .filter(each -> NUMBER.matcher(each).matches())
        .map(Integer::parseInt)
        .filter(number -> number >= LOWEST && number <= HIGHEST);
  }

  private static Optional<Duration> delay(String text) {
    var parts = TIME.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(parts.group(1));
    Duration delay =
        switch (parts.group(2)) {
          case "h" -> Duration.ofHours(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofSeconds(number);
        };
    return delay.compareTo(LONGEST_DELAY) <= 0 ? Optional.of(delay) : Optional.empty();
  }
}
