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
    name = "scp",
    description = "Copies files to or from a machine by scp, through the service.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exactly one side is the machine's: it has a colon.",
      "",
      "Examples:",
      "  cairn scp notes.txt debian@front:/tmp/    to the machine",
      "  cairn scp -r debian@front:/var/log .      from it"
    })
final class ScpCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private SshWay way;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "A file, or [USER@]MACHINE:FILE.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "DESTINATION",
      description = "A file, or [USER@]MACHINE:FILE.")
  private String destination;

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy folders with what is in them.")
  private boolean recursive;

  @Option(names = "--preserve", description = "Keep times and permissions.")
  private boolean preserve;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  ScpCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    return SshWay.run(words());
  }

  List<String> words() {
    boolean fromMachine = remote(source);
    if (fromMachine == remote(destination)) {
      throw new Failure(
          Failure.WRONG_USAGE,
          "exactly one of '%s' and '%s' must be [USER@]MACHINE:FILE; write ./ before the name of a file with a colon"
              .formatted(source, destination));
    }
    String there = fromMachine ? source : destination;
    int colon = there.indexOf(':');
    Guest guest = Guest.parse(there.substring(0, colon));
    MachineStream stream = MachineStream.of(cairn.connect(), target, guest.machine());
    List<String> words = new ArrayList<>(way.words("scp", stream));
    if (recursive) {
      words.add("-r");
    }
    if (preserve) {
      words.add("-p");
    }
    String user = guest.user().isEmpty() ? "" : guest.user() + "@";
    String remote = user + SshWay.host(stream) + there.substring(colon);
    words.add("--");
    words.add(fromMachine ? remote : source);
    words.add(fromMachine ? destination : remote);
    return words;
  }

  /** As scp has it: a colon before any slash. */
  private static boolean remote(String place) {
    int colon = place.indexOf(':');
    int slash = place.indexOf('/');
    return colon > 0 && (slash < 0 || colon < slash);
  }
}
