package cairn.appliance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "ssh",
    description = "Logs in to a machine by ssh, through the service.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Runs this computer's ssh and ends with its exit code.",
      "",
      "Examples:",
      "  cairn ssh debian@front -n web            a shell",
      "  cairn ssh debian@front -- uname -a       one command"
    })
final class SshCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private SshWay way;

  @Parameters(index = "0", paramLabel = "[USER@]MACHINE", description = "The machine's name.")
  private String machine;

  @Parameters(
      index = "1..*",
      paramLabel = "COMMAND",
      description = "What to run there, after --; a shell unless said.")
  private List<String> command = List.of();

  @Option(
      names = {"-l", "--username"},
      paramLabel = "USER",
      description = "Whom to log in as; as in USER@MACHINE.")
  private String user = "";

  @Option(
      names = {"-c", "--command"},
      paramLabel = "COMMAND",
      description = "What to run there, in one word.")
  private String oneWord = "";

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  SshCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    return SshWay.run(words());
  }

  List<String> words() {
    Guest guest = Guest.parse(machine);
    MachineStream stream = MachineStream.of(cairn.connect(), target, guest.machine());
    String as = user.isEmpty() ? guest.user() : user;
    List<String> words = new ArrayList<>(way.words("ssh", stream));
    if (!as.isEmpty()) {
      words.addAll(List.of("-l", as));
    }
    words.addAll(List.of("--", SshWay.host(stream)));
    if (!oneWord.isEmpty()) {
      words.add(oneWord);
    }
    words.addAll(command);
    return words;
  }
}
