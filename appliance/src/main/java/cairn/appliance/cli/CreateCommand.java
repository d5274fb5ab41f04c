package cairn.appliance.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin private ManifestFiles files;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  CreateCommand() {}

  @Override
  public Integer call() {
    return files.each(cairn, spec.commandLine().getErr(), this::create);
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
