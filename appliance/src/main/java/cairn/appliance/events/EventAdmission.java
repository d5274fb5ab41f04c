package cairn.appliance.events;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an event must say, as Kubernetes demands it: little in {@code v1}, more of events with an
 * {@code eventTime}, and most in {@code events.k8s.io/v1}, where only the series of an event that
 * is there may change.
 */
public final class EventAdmission implements Admission {

  private static final int LONGEST_WORD = 128;
  private static final int LONGEST_MESSAGE = 1024;
  private static final int LONGEST_NAME = 63;

  private static final Pattern QUALIFIED =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
              + "(?<name>[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)");

  /** Where events are that are about objects outside of all namespaces. */
  private static final Set<String> FOR_THE_CLUSTER = Set.of("default", "kube-system");

  /** By their names in {@code v1}. */
  private static final List<String> FIXED =
      List.of(
          "involvedObject",
          "reason",
          "message",
          "source",
          "firstTimestamp",
          "lastTimestamp",
          "count",
          "type",
          "eventTime",
          "action",
          "related",
          "reportingComponent",
          "reportingInstance");

  private static final List<String> OUTDATED =
      List.of("firstTimestamp", "lastTimestamp", "count", "source");

  @Override
  public void mutate(Review review) {
    ObjectNode event = review.now();
    String about = EventConversion.called(event, "involvedObject");
    if (!event.hasNonNull(about)) {
      event.putObject(about);
    }
    EventTimes.settle(event);
  }

  @Override
  public void settle(ObjectNode configuration) {
    EventTimes.settle(configuration);
  }

  @Override
  public Verdict validate(Review review) {
    Findings findings = new Findings(review.now());
    findings.always();
    if (EventConversion.isNew(review.now())) {
      review.old().ifPresentOrElse(findings::unchanged, findings::complete);
    }
    return new Verdict(findings.errors, List.of());
  }

  /** What is wrong with one event, at fields named as in its version. */
  private static final class Findings {

    private final ObjectNode event;
    private final List<FieldError> errors = new ArrayList<>();

    Findings(ObjectNode event) {
      this.event = event;
    }

    void always() {
      String namespace = event.path("metadata").path("namespace").asString("");
      String about = field("involvedObject").path("namespace").asString("");
      if (text("eventTime").isEmpty()) {
        boolean agree = about.isEmpty() ? namespace.equals("default") : about.equals(namespace);
        if (!agree) {
          elsewhere(about);
        }
        return;
      }
      if (about.isEmpty() && !FOR_THE_CLUSTER.contains(namespace)) {
        elsewhere(about);
      }
      word("reportingComponent", LONGEST_NAME * 5);
      qualified();
      word("reportingInstance", LONGEST_WORD);
      word("action", LONGEST_WORD);
      word("reason", LONGEST_WORD);
      notLonger("message", LONGEST_MESSAGE);
    }

    /** A new event. */
    void complete() {
      series();
      if (text("eventTime").isEmpty()) {
        required("eventTime");
      }
      String type = text("type");
      if (!type.equals("Normal") && !type.equals("Warning")) {
        invalid("type", "has invalid value: " + type);
      }
      for (String field : OUTDATED) {
        JsonNode value = field(field);
        boolean set = value.isNumber() ? value.asInt(0) != 0 : !value.isNull() && says(value);
        if (set) {
          invalid(field, "needs to be unset");
        }
      }
    }

    /** An event that is there. */
    void unchanged(ObjectNode old) {
      if (!old.path("series").equals(event.path("series"))) {
        series();
      }
      for (String field : FIXED) {
        String name = EventConversion.called(event, field);
        if (!old.path(name).equals(event.path(name))) {
          errors.add(
              new FieldError(
                  name,
                  Cause.INVALID,
                  "Invalid value: " + event.path(name) + ": field is immutable"));
        }
      }
    }

    private void series() {
      if (!(event.path("series") instanceof ObjectNode series)) {
        return;
      }
      if (series.path("count").asInt(0) < 2) {
        errors.add(
            new FieldError(
                "series.count", Cause.INVALID, "Invalid value: \"\": should be at least 2"));
      }
      if (series.path("lastObservedTime").asString("").isEmpty()) {
        errors.add(new FieldError("series.lastObservedTime", Cause.REQUIRED, "Required value"));
      }
    }

    private void qualified() {
      String name = text("reportingComponent");
      Optional<String> last =
          Optional.of(QUALIFIED.matcher(name))
              .filter(found -> found.matches())
              .map(found -> found.group("name"));
      if (!name.isEmpty() && last.filter(part -> part.length() <= LONGEST_NAME).isEmpty()) {
        errors.add(
            new FieldError(
                EventConversion.called(event, "reportingComponent"),
                Cause.INVALID,
                "Invalid value: \""
                    + name
                    + "\": must be a name of at most 63 letters, digits, '-', '_' and '.', with an"
                    + " optional domain before it (e.g. 'example.com/controller')"));
      }
    }

    private void elsewhere(String about) {
      errors.add(
          new FieldError(
              EventConversion.called(event, "involvedObject") + ".namespace",
              Cause.INVALID,
              "Invalid value: \"" + about + "\": does not match event.namespace"));
    }

    private void word(String field, int longest) {
      if (text(field).isEmpty()) {
        required(field);
      }
      notLonger(field, longest);
    }

    private void notLonger(String field, int longest) {
      if (text(field).length() > longest) {
        invalid(field, "can have at most " + longest + " characters");
      }
    }

    private void required(String field) {
      errors.add(
          new FieldError(EventConversion.called(event, field), Cause.REQUIRED, "Required value"));
    }

    private void invalid(String field, String why) {
      errors.add(
          new FieldError(
              EventConversion.called(event, field), Cause.INVALID, "Invalid value: \"\": " + why));
    }

    private String text(String field) {
      return field(field).asString("");
    }

    private JsonNode field(String field) {
      return event.path(EventConversion.called(event, field));
    }

    private static boolean says(JsonNode value) {
      return value.isObject()
          ? value.valueStream().anyMatch(each -> !each.asString("").isEmpty())
          : !value.asString("").isEmpty();
    }
  }
}
