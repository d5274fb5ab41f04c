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
    name = "apply",
    description = "Makes objects as files say: creates what is missing, changes what differs.",
    mixinStandardHelpOptions = true)
final class ApplyCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Mixin private ManifestFiles files;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  ApplyCommand() {}

  @Override
  public Integer call() {
    return files.each(cairn, spec.commandLine().getErr(), this::apply);
  }

  private void apply(ApiClient client, Discovery.Kind kind, ObjectNode manifest) {
    String name = manifest.path("metadata").path("name").asString("");
    if (name.isEmpty()) {
      throw new Failure(
          Failure.REFUSED,
          manifest.path("metadata").has("generateName")
              ? "apply needs metadata.name; with generateName use: cairn create -f"
              : "metadata.name is missing");
    }
    String namespace =
        manifest.path("metadata").path("namespace").asString(target.namespace(client.kubeconfig()));
    ObjectNode wanted = LastApplied.recordedIn(manifest);
    Optional<JsonNode> present = client.find(kind.path(namespace, name));
    String outcome;
    if (present.isEmpty()) {
      client.send(
          "POST",
          kind.path(namespace) + "?fieldManager=cairn-apply&fieldValidation=Strict",
          ApiClient.JSON,
          Optional.of(wanted));
      outcome = "created";
    } else {
      outcome = change(client, kind.path(namespace, name), wanted, (ObjectNode) present.get());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(kind.singular() + "/" + name + " " + outcome);
    out.flush();
  }

  private static String change(
      ApiClient client, String path, ObjectNode wanted, ObjectNode present) {
    ObjectNode merged = LastApplied.merged(wanted, present);
    if (merged.equals(present)) {
      return "unchanged";
    }
    client.send(
        "PUT",
        path + "?fieldManager=cairn-apply&fieldValidation=Strict",
        ApiClient.JSON,
        Optional.of(merged));
    return "changed";
  }
}
