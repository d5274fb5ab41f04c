package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What must be remembered about a machine's power across a restart of the service: kept in the
 * machine's private record and written before it is acted on.
 *
 * @param wish what was last decided about running
 * @param instance process of the last instance seen
 * @param started when that instance was first seen
 * @param ending the end of the running instance, once decided
 * @param request an operation that was accepted and is not done
 * @param launching the host's mark of the launch before the one that is to be made, or the empty
 *     text: an instance that came and went before anybody looked shows by another mark
 * @param backOff how a machine that does not stay up is held back
 */
public record PowerMemory(
    Wish wish,
    OptionalLong instance,
    Optional<Instant> started,
    Optional<Ending> ending,
    Optional<Request> request,
    Optional<String> launching,
    BackOff backOff) {

  public static final PowerMemory NONE =
      new PowerMemory(
          Wish.UNDECIDED,
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          BackOff.NONE);

  private static final String FIELD = "power";

  /** What was last decided about running. */
  public enum Wish {
    /** Nobody said anything yet: the policy decides. */
    UNDECIDED,
    RUN,
    REST
  }

  /** How an instance is ended. */
  public enum Manner {
    /** By the power button, and by the plug when the grace period is over. */
    GRACEFUL,
    /** By the plug at once. */
    HARD
  }

  /**
   * An instance on its way down.
   *
   * @param since when it was decided
   * @param pressed when the button was last pressed, if it was
   */
  public record Ending(Manner manner, Instant since, Optional<Instant> pressed) {
    public Ending {
      requireNonNull(manner, "manner is null");
      requireNonNull(since, "since is null");
      requireNonNull(pressed, "pressed is null");
    }
  }

  /** What an operation may ask for. */
  public enum Kind {
    START,
    STOP,
    RESTART
  }

  /**
   * What an operation asked for.
   *
   * @param operation uid of the operation
   * @param replaces the instance that a restart is to end, if there was one
   */
  public record Request(String operation, Kind kind, Manner manner, OptionalLong replaces) {
    public Request {
      requireNonNull(operation, "operation is null");
      requireNonNull(kind, "kind is null");
      requireNonNull(manner, "manner is null");
      requireNonNull(replaces, "replaces is null");
    }

    Request replacing(OptionalLong instance) {
      return new Request(operation, kind, manner, instance);
    }
  }

  public PowerMemory {
    requireNonNull(wish, "wish is null");
    requireNonNull(instance, "instance is null");
    requireNonNull(started, "started is null");
    requireNonNull(ending, "ending is null");
    requireNonNull(request, "request is null");
    requireNonNull(launching, "launching is null");
    requireNonNull(backOff, "backOff is null");
  }

  PowerMemory wishing(Wish now) {
    return new PowerMemory(now, instance, started, ending, request, launching, backOff);
  }

  PowerMemory seeing(long pid, Instant now) {
    return new PowerMemory(
        wish,
        OptionalLong.of(pid),
        Optional.of(now),
        Optional.empty(),
        request,
        Optional.empty(),
        backOff);
  }

  PowerMemory seeingNone() {
    return new PowerMemory(
        wish,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        request,
        Optional.empty(),
        backOff);
  }

  PowerMemory ending(Ending now) {
    return new PowerMemory(wish, instance, started, Optional.of(now), request, launching, backOff);
  }

  /** Takes an operation's request on, in place of an earlier one. */
  public PowerMemory asked(Request now) {
    return new PowerMemory(wish, instance, started, ending, Optional.of(now), launching, backOff);
  }

  PowerMemory done() {
    return new PowerMemory(wish, instance, started, ending, Optional.empty(), launching, backOff);
  }

  /** About to launch; a launch that was announced before and did not come about stays as it is. */
  PowerMemory launching(String after) {
    Optional<String> mark = launching.isPresent() ? launching : Optional.of(after);
    return new PowerMemory(wish, instance, started, ending, request, mark, backOff);
  }

  PowerMemory notLaunching() {
    return new PowerMemory(wish, instance, started, ending, request, Optional.empty(), backOff);
  }

  PowerMemory holdingBack(BackOff now) {
    return new PowerMemory(wish, instance, started, ending, request, launching, now);
  }

  /** Reads a machine's private record. */
  public static PowerMemory read(JsonNode privateDocument) {
    JsonNode power = privateDocument.path(FIELD);
    return new PowerMemory(
        Wish.valueOf(power.path("wish").asString(Wish.UNDECIDED.name())),
        pid(power.path("instance")),
        time(power.path("started")),
        power.has("ending") ? Optional.of(ending(power.path("ending"))) : Optional.empty(),
        power.has("request") ? Optional.of(request(power.path("request"))) : Optional.empty(),
        text(power.path("launching")),
        new BackOff(power.path("shortLives").asInt(0), time(power.path("notBefore"))));
  }

  /** Writes this into a private record, in place. */
  public void writeTo(ObjectNode privateDocument) {
    ObjectNode power = JsonNodeFactory.instance.objectNode();
    power.put("wish", wish.name());
    instance.ifPresent(pid -> power.put("instance", pid));
    started.ifPresent(at -> power.put("started", at.toString()));
    ending.ifPresent(end -> {
      ObjectNode node = power.putObject("ending");
      node.put("manner", end.manner().name());
      node.put("since", end.since().toString());
      end.pressed().ifPresent(at -> node.put("pressed", at.toString()));
    });
    request.ifPresent(asked -> {
      ObjectNode node = power.putObject("request");
      node.put("operation", asked.operation());
      node.put("kind", asked.kind().name());
      node.put("manner", asked.manner().name());
      asked.replaces().ifPresent(pid -> node.put("replaces", pid));
    });
    launching.ifPresent(mark -> power.put("launching", mark));
    if (backOff.shortLives() > 0) {
      power.put("shortLives", backOff.shortLives());
    }
    backOff.notBefore().ifPresent(at -> power.put("notBefore", at.toString()));
    privateDocument.set(FIELD, power);
  }

  private static Ending ending(JsonNode node) {
    return new Ending(
        Manner.valueOf(node.path("manner").asString("")),
        Instant.parse(node.path("since").asString("")),
        time(node.path("pressed")));
  }

  private static Request request(JsonNode node) {
    return new Request(
        node.path("operation").asString(""),
        Kind.valueOf(node.path("kind").asString("")),
        Manner.valueOf(node.path("manner").asString("")),
        pid(node.path("replaces")));
  }

  private static OptionalLong pid(JsonNode node) {
    return node.isNumber() ? OptionalLong.of(node.asLong(0)) : OptionalLong.empty();
  }

  private static Optional<String> text(JsonNode node) {
    return node.isString() ? Optional.of(node.asString("")) : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode node) {
    return node.isString() ? Optional.of(Instant.parse(node.asString(""))) : Optional.empty();
  }
}
