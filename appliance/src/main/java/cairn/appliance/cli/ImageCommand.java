package cairn.appliance.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What only images need. */
@Command(
    name = "image",
    description = "Brings images in.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = UploadCommand.class)
final class ImageCommand implements Runnable {

  @ParentCommand private Cairn cairn;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before anything is called.
  ImageCommand() {}

  ApiClient connect() {
    return cairn.connect();
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do, for example: cairn image upload debian debian.qcow2");
  }
}
