package cairn.appliance.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
    name = "version",
    description = "Shows the versions of this command and of the service.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  VersionCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("cairn command  " + own());
    out.flush();
    JsonNode version = cairn.connect().get("/version", ApiClient.JSON);
    out.println("cairn service  " + version.path("gitVersion").asString("unknown"));
    out.flush();
    return 0;
  }

  private static String own() {
    return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
        .orElse("built from source");
  }
}
