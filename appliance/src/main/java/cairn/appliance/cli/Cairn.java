package cairn.appliance.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command's entrance: finds the subcommand, turns what went wrong into words and a code. */
@Command(
    name = "cairn",
    description = "Works with a Cairn node: its machines, disks and images.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused or failed",
      "2:wrong usage",
      "3:the service could not be reached",
      "4:timed out"
    },
    subcommands = {
      GetCommand.class,
      DescribeCommand.class,
      ApplyCommand.class,
      CreateCommand.class,
      DeleteCommand.class,
      ImageCommand.class,
      StartCommand.class,
      StopCommand.class,
      RestartCommand.class,
      ConsoleCommand.class,
      VncCommand.class,
      PortForwardCommand.class,
      SshCommand.class,
      ScpCommand.class,
      DoctorCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Cairn implements Runnable {

  @Spec private CommandSpec spec;

  @Mixin private Connection connection;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before anything is called.
  private Cairn() {}

  ApiClient connect() {
    return connection.open();
  }

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) {
    try {
      return commandLine().execute(arguments);
    } catch (OutOfMemoryError e) {
      System.err.println(
          "cairn: the answer is larger than the memory of this command; ask for less of it, by a"
              + " name, with -n NAMESPACE or with -l LABELS");
      return Failure.REFUSED;
    }
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Cairn());
    line.setExecutionExceptionHandler(Cairn::explain);
    line.setExecutionStrategy(new CommandLine.RunLast());
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do, for example: cairn get vm");
  }

  private static int explain(
      Exception problem, CommandLine line, CommandLine.ParseResult arguments) {
    if (problem instanceof Failure failure) {
      line.getErr().println("cairn: " + failure.getMessage());
      return failure.exitCode();
    }
    line.getErr().println("cairn: unexpected: " + problem);
    problem.printStackTrace(line.getErr());
    return Failure.REFUSED;
  }
}
