package cairn.hypervisor.guest;

import cairn.hypervisor.MachineId;

/** A line to the agents in guests. */
@FunctionalInterface
public interface AgentLine {

  /**
   * Asks and waits, but never longer than some seconds. Any thread; the caller asks one question of
   * a machine at a time.
   *
   * @param question one command of the agent's protocol, as JSON
   */
  Reply ask(MachineId machine, String question);

  /** What came of a question. */
  sealed interface Reply {

    /**
     * The agent answered.
     *
     * @param text JSON, as long as the guest likes up to the line's own limit
     */
    record Answer(String text) implements Reply {}

    /** The agent refused this question; others may be answered. */
    record Refused() implements Reply {}

    /** Nothing came in time, or nothing that is an answer. */
    record Nothing(String why) implements Reply {}

    /** There is no instance, or no agent has its port open. */
    record NobodyThere() implements Reply {}

    /** The line is down: this says nothing about the guest. */
    record LineDown() implements Reply {}
  }
}
