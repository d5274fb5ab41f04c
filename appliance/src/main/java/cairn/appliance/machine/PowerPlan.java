package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.machine.PowerMemory.Ending;
import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.machine.PowerMemory.Manner;
import cairn.appliance.machine.PowerMemory.Request;
import cairn.appliance.machine.PowerMemory.Wish;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to do about a machine's power, decided from its policy, what is remembered and what is seen.
 * Pure. The memory must be written before the action is carried out: then a crash between the two
 * leads to the same action again.
 *
 * @param memory what is to be remembered from now on
 * @param action what is to be done
 * @param happened what was noticed or decided, for people
 */
public record PowerPlan(PowerMemory memory, Action action, List<Happening> happened) {

  /** A button that the guest did not hear is pressed again after this time. */
  static final Duration PRESS_AGAIN = Duration.ofSeconds(5);

  /** What to do now. */
  public sealed interface Action {

    record Nothing() implements Action {}

    /** Make an instance, once everything it needs is there. */
    record Start() implements Action {}

    /** It is to run, but not yet: it did not stay up the last times. */
    record HoldBack(Duration lookAgain, int shortLives) implements Action {}

    /** It is to run, but others come before it. */
    record AwaitTurn(Duration lookAgain) implements Action {}

    /** The guest is to go; look again no later than {@code lookAgain}. */
    record PressButton(Duration lookAgain) implements Action {}

    /** The button was pressed; look again no later than that. */
    record AwaitEnd(Duration lookAgain) implements Action {}

    record PullPlug() implements Action {}
  }

  /** One sentence for the machine's events. */
  public record Happening(String reason, String message) {
    public Happening {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * What the decision rests on.
   *
   * @param seen empty if the host does not know the machine
   * @param grace how long a guest may take to power off
   * @param deleting whether the machine is to disappear
   * @param restartDue whether pending changes are to restart it (approval mode Automatic)
   * @param host what the host's coming or going means for it
   */
  public record Situation(
      RunPolicy policy,
      PowerMemory memory,
      Optional<MachineObservation> seen,
      Duration grace,
      boolean deleting,
      boolean restartDue,
      HostMoment host,
      Instant now) {
    public Situation {
      requireNonNull(policy, "policy is null");
      requireNonNull(memory, "memory is null");
      requireNonNull(seen, "seen is null");
      requireNonNull(grace, "grace is null");
      requireNonNull(host, "host is null");
      requireNonNull(now, "now is null");
    }

    OptionalLong instance() {
      return seen.filter(PowerPlan::hasInstance)
          .map(MachineObservation::instancePid)
          .orElse(OptionalLong.empty());
    }

    boolean exists() {
      return seen.filter(PowerPlan::hasInstance).isPresent();
    }
  }

  public PowerPlan {
    requireNonNull(memory, "memory is null");
    requireNonNull(action, "action is null");
    happened = List.copyOf(happened);
  }

  /** Whether the host runs, pauses or ends an instance of the machine. */
  static boolean hasInstance(MachineObservation seen) {
    return switch (seen.power()) {
      case Power.Stopped _ -> false;
      case Power.Running _, Power.Paused _, Power.ShuttingDown _ -> true;
    };
  }

  public static PowerPlan decide(Situation situation) {
    List<Happening> happened = new ArrayList<>();
    PowerMemory memory = notice(situation, happened);
    memory = heed(situation, memory);
    if (lost(situation)) {
      return new PowerPlan(memory, new Action.PullPlug(), happened);
    }
    boolean run = shouldRun(situation, memory);
    if (!situation.exists()) {
      return run && !situation.host().closing()
          ? launch(situation, memory, happened)
          : new PowerPlan(memory.notLaunching(), new Action.Nothing(), happened);
    }
    Optional<Manner> end = shouldEnd(situation, memory, run);
    if (situation.host().leaving().isPresent() && situation.policy() == RunPolicy.MANUAL) {
      // Nobody will have asked for it when the host is back.
      memory = memory.wishing(Wish.REST);
    }
    if (end.isEmpty()) {
      return new PowerPlan(memory, new Action.Nothing(), happened);
    }
    return end(situation, memory, end.get(), happened);
  }

  /** Nothing runs, though the host says so: it must be made to see before anything else. */
  private static boolean lost(Situation situation) {
    return situation
        .seen()
        .filter(seen ->
            seen.power() instanceof Power.Paused paused
                && paused.cause() == PauseCause.INSTANCE_LOST)
        .isPresent();
  }

  private static PowerPlan launch(
      Situation situation, PowerMemory memory, List<Happening> happened) {
    Duration left = memory.backOff().left(situation.now());
    // Whoever asks for a start by hand does not wait for what the machine did before.
    if (memory.request().isEmpty() && left.isPositive()) {
      Action wait = new Action.HoldBack(left, memory.backOff().shortLives());
      return new PowerPlan(memory, wait, happened);
    }
    if (memory.request().isEmpty() && situation.host().turn().isPresent()) {
      Action wait = new Action.AwaitTurn(situation.host().turn().get());
      return new PowerPlan(memory, wait, happened);
    }
    return new PowerPlan(
        memory.launching(launchMark(situation.seen())), new Action.Start(), happened);
  }

  /** Takes in what the host shows: a new instance, or the end of the last one. */
  private static PowerMemory notice(Situation situation, List<Happening> happened) {
    PowerMemory memory = situation.memory();
    if (situation.exists()) {
      OptionalLong seen = situation.instance();
      if (seen.isEmpty() || seen.equals(memory.instance())) {
        return memory;
      }
      boolean replaced = memory.instance().isPresent();
      if (replaced) {
        happened.add(new Happening("Restarted", "A new instance of the machine runs."));
      }
      return memory.seeing(seen.getAsLong(), situation.now());
    }
    if (memory.instance().isPresent()) {
      return ended(situation, memory, happened);
    }
    return cameAndWent(situation, memory) ? started(ended(situation, memory, happened)) : memory;
  }

  /** Whether the launch that was announced made an instance, which is gone already. */
  private static boolean cameAndWent(Situation situation, PowerMemory memory) {
    boolean launched =
        memory.launching().isPresent()
            && !memory.launching().get().equals(launchMark(situation.seen()));
    return launched
        && switch (cause(situation.seen())) {
          case GUEST_POWER_OFF, GUEST_REBOOT, PLUG_PULLED, CRASHED -> true;
          // The host gave up, or its daemon died: nothing ran.
          case START_FAILED, UNKNOWN -> false;
        };
  }

  /** There was an instance, and that is what a start or restart asked for. */
  private static PowerMemory started(PowerMemory memory) {
    boolean wanted = memory.request().filter(request -> request.kind() != Kind.STOP).isPresent();
    return wanted ? memory.done() : memory;
  }

  private static String launchMark(Optional<MachineObservation> seen) {
    return seen.flatMap(MachineObservation::lastLaunch).orElse("");
  }

  private static PowerMemory ended(
      Situation situation, PowerMemory memory, List<Happening> happened) {
    boolean asked = memory.ending().isPresent();
    StopCause cause = cause(situation.seen());
    Wish wish = asked ? memory.wish() : afterUnasked(situation.policy(), cause, memory.wish());
    happened.add(asked ? endedAsAsked(memory) : endedByItself(cause, wish));
    Instant now = situation.now();
    Duration life = memory.started().map(at -> Duration.between(at, now)).orElse(Duration.ZERO);
    BackOff backOff = asked ? BackOff.NONE : memory.backOff().after(life, now);
    return memory.seeingNone().wishing(wish).holdingBack(backOff);
  }

  private static Happening endedAsAsked(PowerMemory memory) {
    boolean restart = memory.request().filter(asked -> asked.kind() == Kind.RESTART).isPresent();
    return restart
        ? new Happening("Restarted", "The machine was stopped, and is started again.")
        : new Happening("Stopped", "The machine was stopped.");
  }

  private static Happening endedByItself(StopCause cause, Wish wish) {
    return cause == StopCause.GUEST_REBOOT && wish == Wish.RUN
        ? new Happening("Restarted", "The guest rebooted; a new instance takes its place.")
        : new Happening("Stopped", sentence(cause));
  }

  /** The run policy's table: what follows when an instance ends that nobody asked to end. */
  static Wish afterUnasked(RunPolicy policy, StopCause cause, Wish before) {
    return switch (policy) {
      case ALWAYS_ON -> Wish.RUN;
      case ALWAYS_OFF -> Wish.UNDECIDED;
      case MANUAL -> cause == StopCause.GUEST_REBOOT ? Wish.RUN : Wish.REST;
      case ALWAYS_ON_UNLESS_STOPPED_MANUALLY ->
          switch (cause) {
            case GUEST_POWER_OFF -> Wish.REST;
            case GUEST_REBOOT -> Wish.RUN;
            case UNKNOWN, PLUG_PULLED, CRASHED, START_FAILED ->
                before == Wish.REST ? Wish.REST : Wish.RUN;
          };
    };
  }

  /** Takes in what operations and the policy ask for. */
  private static PowerMemory heed(Situation situation, PowerMemory before) {
    PowerMemory memory = before;
    if (memory.request().isPresent()) {
      memory = heedRequest(situation, memory, memory.request().get());
    }
    return switch (situation.policy()) {
      case ALWAYS_ON -> memory.wishing(Wish.RUN);
      case ALWAYS_OFF -> memory.wishing(Wish.UNDECIDED);
      case ALWAYS_ON_UNLESS_STOPPED_MANUALLY ->
          memory.wish() == Wish.UNDECIDED ? memory.wishing(Wish.RUN) : memory;
      case MANUAL ->
          memory.wish() == Wish.UNDECIDED
              ? memory.wishing(situation.exists() ? Wish.RUN : Wish.REST)
              : memory;
    };
  }

  private static PowerMemory heedRequest(Situation situation, PowerMemory memory, Request request) {
    return switch (request.kind()) {
      case START -> {
        // A guest that is going down first goes down: the new instance comes after it.
        boolean runs = situation.exists() && memory.ending().isEmpty();
        yield runs ? memory.wishing(Wish.RUN).done() : memory.wishing(Wish.RUN);
      }
      case STOP ->
          situation.exists() ? memory.wishing(Wish.REST) : memory.wishing(Wish.REST).done();
      case RESTART -> heedRestart(situation, memory.wishing(Wish.RUN), request);
    };
  }

  private static PowerMemory heedRestart(Situation situation, PowerMemory memory, Request request) {
    if (situation.instance().isEmpty()) {
      return memory;
    }
    // Asked in the moment between a start and its notice: the instance that came of it is meant.
    if (request.replaces().isEmpty()) {
      return memory.asked(request.replacing(situation.instance()));
    }
    return situation.instance().equals(request.replaces()) ? memory : memory.done();
  }

  private static boolean shouldRun(Situation situation, PowerMemory memory) {
    return !situation.deleting() && memory.wish() == Wish.RUN;
  }

  private static Optional<Manner> shouldEnd(Situation situation, PowerMemory memory, boolean run) {
    Optional<Manner> asked =
        memory.request().filter(request -> request.kind() != Kind.START).map(Request::manner);
    boolean restart =
        memory.request().filter(request -> request.kind() == Kind.RESTART).isPresent();
    if (!run || restart) {
      return Optional.of(asked.orElse(Manner.GRACEFUL));
    }
    if (memory.ending().isPresent()) {
      // Already going down: a guest that heard the button cannot be called back.
      return Optional.of(memory.ending().get().manner());
    }
    return situation.restartDue() || situation.host().leaving().isPresent()
        ? Optional.of(Manner.GRACEFUL)
        : Optional.empty();
  }

  private static PowerPlan end(
      Situation situation, PowerMemory memory, Manner manner, List<Happening> happened) {
    Instant now = situation.now();
    Ending begun =
        memory
            .ending()
            // A clock that was set back: the grace begins anew rather than never ends.
            .filter(ending -> !ending.since().isAfter(now))
            .orElse(new Ending(manner, now, Optional.empty()));
    Ending ending =
        manner == Manner.HARD ? new Ending(manner, begun.since(), begun.pressed()) : begun;
    Duration left =
        shorter(
            Duration.between(now, ending.since().plus(situation.grace())),
            situation.host().leaving());
    boolean deaf = situation.seen().map(seen -> seen.power() instanceof Power.Paused).orElse(false);
    if (ending.manner() == Manner.HARD || deaf || !left.isPositive()) {
      return new PowerPlan(memory.ending(ending), new Action.PullPlug(), happened);
    }
    Duration next = left.compareTo(PRESS_AGAIN) < 0 ? left : PRESS_AGAIN;
    boolean press =
        ending.pressed().isEmpty() || !now.isBefore(ending.pressed().get().plus(PRESS_AGAIN));
    if (press) {
      Ending pressed = new Ending(ending.manner(), ending.since(), Optional.of(now));
      return new PowerPlan(memory.ending(pressed), new Action.PressButton(next), happened);
    }
    return new PowerPlan(memory.ending(ending), new Action.AwaitEnd(next), happened);
  }

  private static Duration shorter(Duration one, Optional<Duration> other) {
    return other.filter(limit -> limit.compareTo(one) < 0).orElse(one);
  }

  private static StopCause cause(Optional<MachineObservation> seen) {
    return seen.map(machine ->
            switch (machine.power()) {
              case Power.Stopped stopped -> stopped.cause();
              case Power.Running _, Power.Paused _, Power.ShuttingDown _ -> StopCause.UNKNOWN;
            })
        .orElse(StopCause.UNKNOWN);
  }

  private static String sentence(StopCause cause) {
    return switch (cause) {
      case GUEST_POWER_OFF -> "The guest powered itself off.";
      case GUEST_REBOOT -> "The guest rebooted.";
      case CRASHED -> "The instance died.";
      case PLUG_PULLED -> "The instance was ended from outside.";
      case START_FAILED -> "The instance could not be started.";
      case UNKNOWN -> "The instance is gone; the host does not say why.";
    };
  }
}
