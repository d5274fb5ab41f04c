package cairn.appliance.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "create",
    description =
        "Creates objects from files, each a new one; generateName lets the server name it.",
    mixinStandardHelpOptions = true)
final class CreateCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      required = true,
      description = "Files or folders with manifests; - reads standard input.")
  private List<Path> places;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  CreateCommand() {}

  @Override
  public Integer call() {
    List<Documents.Manifest> manifests = Documents.manifests(places);
    ApiClient client = cairn.connect();
    Discovery discovery = new Discovery(client);
    return EachManifest.of(
        manifests,
        spec.commandLine().getErr(),
        manifest -> create(client, discovery.of(manifest.object()), manifest.object()));
  }

  private void create(ApiClient client, Discovery.Kind kind, ObjectNode manifest) {
    String namespace =
        manifest.path("metadata").path("namespace").asString(target.namespace(client.kubeconfig()));
    JsonNode created =
        client.send(
            "POST",
            kind.path(namespace) + "?fieldManager=cairn-create&fieldValidation=Strict",
            ApiClient.JSON,
            Optional.of(manifest));
    PrintWriter out = spec.commandLine().getOut();
    String name = created.path("metadata").path("name").asString("");
    out.println(kind.singular() + "/" + name + " created");
    out.flush();
  }
}
