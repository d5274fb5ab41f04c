package cairn.hypervisor.guest;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.MachineId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the agents in guests said last, and decides when which is asked.
 *
 * <p>An agent is asked when it opens its port, a few times more while its guest settles, and every
 * few minutes from then on. One that does not answer is asked ever more rarely. One that has closed
 * its port is not asked at all: the host tells when it opens it again. Of one machine one question
 * is under way at a time; at most three interviews run with agents that are believed to answer, and
 * one more with those that were silent, so that hung agents wait for each other and for nobody
 * else.
 *
 * <p>Any thread may call any method; none blocks.
 */
public final class GuestAgents implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GuestAgents.class);

  private static final int BELIEVED = 3;
  private static final int DOUBTED = 1;

  private final AgentLine line;
  private final Consumer<MachineId> changed;
  private final Pace pace;
  private final ScheduledThreadPoolExecutor timer;
  private final Semaphore believed = new Semaphore(BELIEVED, true);
  private final Semaphore doubted = new Semaphore(DOUBTED, true);
  private final Map<MachineId, Talk> talks = new HashMap<>();
  private boolean looked;

  /**
   * @param changed told, on an internal thread, whenever {@link #of} of a machine answers
   *     differently than before; must return at once
   */
  public GuestAgents(AgentLine line, Consumer<MachineId> changed, Pace pace) {
    this.line = requireNonNull(line, "line is null");
    this.changed = requireNonNull(changed, "changed is null");
    this.pace = requireNonNull(pace, "pace is null");
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("guest-agents").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * How often agents are asked.
   *
   * @param apart least time between two steps with one machine: a guest that opens and closes its
   *     port without end is not followed faster
   * @param settling time to the second interview, doubled after each
   * @param settled most time between interviews of an agent that answers
   * @param silence time to the next try after a silence, doubled after each
   * @param silenced most time between tries
   */
  public record Pace(
      Duration apart, Duration settling, Duration settled, Duration silence, Duration silenced) {

    public static final Pace USUAL =
        new Pace(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10));

    private Duration afterAnswers(int count) {
      return doubled(settling, count - 1, settled);
    }

    private Duration afterSilences(int count) {
      return doubled(silence, count - 1, silenced);
    }

    private static Duration doubled(Duration first, int times, Duration most) {
      Duration after = first;
      for (int at = 0; at < times && after.compareTo(most) < 0; at++) {
        after = after.multipliedBy(2);
      }
      return after.compareTo(most) < 0 ? after : most;
    }
  }

  /** What is known of one agent. Guarded by the outer lock. */
  private static final class Talk {
    GuestAgent heard = GuestAgent.UNKNOWN;
    boolean open;

    /** Counts openings and closings: an answer to a question asked before is not believed. */
    int turn;

    int answers;
    int silences;
    boolean asking;
    long lastStep;
    boolean stepped;
    @Nullable ScheduledFuture<?> next;
  }

  /** What the agent of the machine said last. */
  public synchronized GuestAgent of(MachineId machine) {
    Talk talk = talks.get(machine);
    if (talk == null) {
      return looked ? GuestAgent.ABSENT : GuestAgent.UNKNOWN;
    }
    return talk.heard;
  }

  /** Every machine was looked at: of whom nothing was told, nothing is open. */
  public synchronized void looked() {
    looked = true;
  }

  /** The agent's port is open: it was opened, or is seen to be. */
  public synchronized void opened(MachineId machine) {
    Talk talk = talks.computeIfAbsent(machine, _ -> new Talk());
    talk.open = true;
    turn(machine, talk);
  }

  /** The agent has closed its port, or is seen to have. */
  public synchronized void closed(MachineId machine) {
    Talk talk = talks.get(machine);
    if (talk != null && talk.open) {
      talk.open = false;
      turn(machine, talk);
    }
  }

  /** The instance is gone, and its agent with it. What is said of it changes at once. */
  public synchronized void ended(MachineId machine) {
    Talk talk = talks.remove(machine);
    if (talk != null) {
      talk.turn++;
      cancel(talk);
    }
  }

  private void turn(MachineId machine, Talk talk) {
    talk.turn++;
    talk.answers = 0;
    talk.silences = 0;
    plan(machine, talk, Duration.ZERO);
  }

  private void plan(MachineId machine, Talk talk, Duration after) {
    cancel(talk);
    if (talk.asking) {
      // Whoever asks plans again when it is done.
      return;
    }
    long wait = after.toNanos();
    if (talk.stepped) {
      wait = Math.max(wait, talk.lastStep + pace.apart().toNanos() - System.nanoTime());
    }
    try {
      talk.next = timer.schedule(() -> step(machine, talk), wait, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("no agent is asked any more: {}", closed.getMessage());
    }
  }

  private static void cancel(Talk talk) {
    if (talk.next != null) {
      talk.next.cancel(false);
      talk.next = null;
    }
  }

  private void step(MachineId machine, Talk talk) {
    int turn;
    Semaphore slot;
    synchronized (this) {
      if (talks.get(machine) != talk || talk.asking) {
        return;
      }
      talk.lastStep = System.nanoTime();
      talk.stepped = true;
      talk.asking = talk.open;
      turn = talk.turn;
      slot = talk.silences == 0 ? believed : doubted;
    }
    if (talk.open) {
      Thread.ofVirtual()
          .name("guest-agent-" + machine)
          .start(() -> interview(machine, talk, turn, slot));
    } else {
      publish(machine, talk, GuestAgent.ABSENT);
    }
  }

  private void interview(MachineId machine, Talk talk, int turn, Semaphore slot) {
    Interview.Result result = new Interview.Result.LineDown();
    try {
      slot.acquire();
      try {
        result = Interview.with(machine, line);
      } finally {
        slot.release();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      conclude(machine, talk, turn, result);
    }
  }

  private void conclude(MachineId machine, Talk talk, int turn, Interview.Result result) {
    Optional<GuestAgent> news;
    synchronized (this) {
      talk.asking = false;
      if (talks.get(machine) != talk) {
        return;
      }
      if (talk.turn != turn) {
        plan(machine, talk, Duration.ZERO);
        return;
      }
      news = learn(machine, talk, result);
    }
    news.ifPresent(heard -> publish(machine, talk, heard));
  }

  private Optional<GuestAgent> learn(MachineId machine, Talk talk, Interview.Result result) {
    return switch (result) {
      case Interview.Result.LineDown() -> {
        plan(machine, talk, pace.afterSilences(1));
        yield Optional.empty();
      }
      case Interview.Result.Heard(GuestAgent.Answering heard) -> {
        talk.answers++;
        talk.silences = 0;
        plan(machine, talk, pace.afterAnswers(talk.answers));
        yield Optional.of(heard);
      }
      case Interview.Result.Heard(GuestAgent.Silent heard) -> {
        talk.silences++;
        talk.answers = 0;
        plan(machine, talk, pace.afterSilences(talk.silences));
        yield Optional.of(heard);
      }
      // Not what an interview ends with.
      case Interview.Result.Heard(GuestAgent.Unknown _) -> Optional.empty();
      // The host is about to tell that it is closed; until then it is looked at ever more rarely.
      case Interview.Result.Heard(GuestAgent.Absent heard) -> {
        talk.silences++;
        plan(machine, talk, pace.afterSilences(talk.silences));
        yield Optional.of(heard);
      }
    };
  }

  private void publish(MachineId machine, Talk talk, GuestAgent heard) {
    synchronized (this) {
      if (talks.get(machine) != talk || talk.heard.equals(heard)) {
        return;
      }
      talk.heard = heard;
    }
    changed.accept(machine);
  }

  /** Asks nothing any more. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
