package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a deletion is meant.
 *
 * @param uid the object must have this uid; empty for any
 * @param resourceVersion the object must be at this revision; empty for any
 */
public record DeleteOptions(
    Optional<String> uid,
    Optional<String> resourceVersion,
    Propagation propagation,
    Optional<Long> gracePeriodSeconds,
    boolean dryRun) {

  /** What becomes of the objects that the deleted one owns. */
  public enum Propagation {
    /** They are collected after it. */
    BACKGROUND,
    /** It stays until those that block its deletion are gone. */
    FOREGROUND,
    /** They stay and lose the reference. */
    ORPHAN
  }

  /** In the background, whatever bears the name. */
  public static final DeleteOptions BACKGROUND =
      new DeleteOptions(
          Optional.empty(), Optional.empty(), Propagation.BACKGROUND, Optional.empty(), false);

  public DeleteOptions {
    requireNonNull(uid, "uid is null");
    requireNonNull(resourceVersion, "resourceVersion is null");
    requireNonNull(propagation, "propagation is null");
    requireNonNull(gracePeriodSeconds, "gracePeriodSeconds is null");
  }

  /**
   * In the background, of this very object.
   *
   * @param resourceVersion that it must still be at; empty for any
   */
  static DeleteOptions of(UUID uid, Optional<String> resourceVersion) {
    return new DeleteOptions(
        Optional.of(uid.toString()),
        resourceVersion,
        Propagation.BACKGROUND,
        Optional.empty(),
        false);
  }

  /**
   * Reads the options of a DELETE: the body's fields first, then the query's. kubectl sends {@code
   * dryRun} in the body only.
   */
  public static DeleteOptions read(Optional<ObjectNode> body, Map<String, List<String>> query) {
    ObjectNode options = body.orElseGet(Json::object);
    DeleteOptionsForm.require(options);
    JsonNode preconditions = options.path("preconditions");
    List<String> dryRun = new ArrayList<>(query.getOrDefault("dryRun", List.of()));
    for (JsonNode value : options.path("dryRun")) {
      dryRun.add(value.asString(""));
    }
    return new DeleteOptions(
        text(preconditions.path("uid")),
        text(preconditions.path("resourceVersion")),
        propagation(options, query),
        grace(options, query),
        QueryText.dryRun("DeleteOptions", dryRun));
  }

  private static Propagation propagation(ObjectNode options, Map<String, List<String>> query) {
    Optional<String> policy =
        text(options.path("propagationPolicy"))
            .or(() -> Optional.of(QueryText.first(query, "propagationPolicy")))
            .filter(word -> !word.isEmpty());
    JsonNode inBody = options.path("orphanDependents");
    boolean orphanSaid = inBody.isBoolean() || query.containsKey("orphanDependents");
    if (policy.isPresent() && orphanSaid) {
      throw invalid("OrphanDependents and DeletionPropagation cannot be both set");
    }
    boolean orphan =
        inBody.asBoolean(false)
            || (!inBody.isBoolean() && QueryText.flag(query, "orphanDependents"));
    return switch (policy.orElse("")) {
      case "" -> orphan ? Propagation.ORPHAN : Propagation.BACKGROUND;
      case "Background" -> Propagation.BACKGROUND;
      case "Foreground" -> Propagation.FOREGROUND;
      case "Orphan" -> Propagation.ORPHAN;
      default ->
          throw invalid(
              "DeletionPropagation need to be one of \"Foreground\", \"Background\", \"Orphan\" or"
                  + " nil, not \""
                  + policy.get()
                  + "\"");
    };
  }

  private static Refusal invalid(String why) {
    return Refusals.invalidOptions(
        "DeleteOptions",
        List.of(new FieldError("", FieldError.Cause.INVALID, "Invalid value: " + why)));
  }

  private static Optional<Long> grace(ObjectNode options, Map<String, List<String>> query) {
    JsonNode body = options.path("gracePeriodSeconds");
    OptionalLong seconds =
        body.isIntegralNumber()
            ? OptionalLong.of(body.asLong())
            : QueryText.number(query, "gracePeriodSeconds");
    if (seconds.isPresent() && seconds.getAsLong() < 0) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "gracePeriodSeconds is " + seconds.getAsLong() + ", expected zero or more");
    }
    return seconds.isPresent() ? Optional.of(seconds.getAsLong()) : Optional.empty();
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() && !node.asString().isEmpty()
        ? Optional.of(node.asString())
        : Optional.empty();
  }
}
