package cairn.hypervisor.guest;

import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.hypervisor.GuestReport.Card;
import cairn.hypervisor.GuestReport.OperatingSystem;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.guest.AgentLine.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All questions to one agent, one after the other. The first that meets silence is the last; one
 * that is refused leaves out what it asked for.
 */
final class Interview {

  private static final String NO_AGENT =
      "What opened the agent's port does not answer as an agent.";

  /** What came of an interview. */
  sealed interface Result {

    record Heard(GuestAgent agent) implements Result {}

    /** The line is down: what was heard before stands. */
    record LineDown() implements Result {}
  }

  /** Ends an interview early; never leaves this class. */
  private static final class Ended extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Result result;

    Ended(Result result) {
      super(null, null, false, false);
      this.result = result;
    }
  }

  private final AgentLine line;
  private final MachineId machine;

  private Interview(AgentLine line, MachineId machine) {
    this.line = line;
    this.machine = machine;
  }

  static Result with(MachineId machine, AgentLine line) {
    try {
      return new Result.Heard(new GuestAgent.Answering(new Interview(line, machine).report()));
    } catch (Ended early) {
      return early.result;
    }
  }

  private GuestReport report() throws Ended {
    AgentAnswers.Itself itself =
        ask(AgentAnswers.ABOUT_ITSELF)
            .flatMap(AgentAnswers::itself)
            .orElseThrow(() -> new Ended(new Result.Heard(new GuestAgent.Silent(NO_AGENT))));
    return new GuestReport(
        itself.version(),
        itself.missing(),
        ask(AgentAnswers.ABOUT_ITS_SYSTEM, AgentAnswers::system, OperatingSystem.UNKNOWN),
        ask(AgentAnswers.ABOUT_ITS_NAME, AgentAnswers::hostName, ""),
        ask(AgentAnswers.ABOUT_ITS_CARDS, AgentAnswers::cards, List.<Card>of()));
  }

  private <T> T ask(String question, Function<String, T> read, T refused) throws Ended {
    return ask(question).map(read).orElse(refused);
  }

  private Optional<String> ask(String question) throws Ended {
    return switch (line.ask(machine, question)) {
      case Reply.Answer(String text) -> Optional.of(text);
      case Reply.Refused() -> Optional.empty();
      case Reply.Nothing(String why) ->
          throw new Ended(new Result.Heard(new GuestAgent.Silent(why)));
      case Reply.NobodyThere() -> throw new Ended(new Result.Heard(GuestAgent.ABSENT));
      case Reply.LineDown() -> throw new Ended(new Result.LineDown());
    };
  }
}
