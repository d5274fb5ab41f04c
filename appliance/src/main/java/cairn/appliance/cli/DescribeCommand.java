package cairn.appliance.cli;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "describe",
    description = "Shows all about one object: what was asked, what is, and what happened.",
    mixinStandardHelpOptions = true)
final class DescribeCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "KIND NAME",
      description = "A kind and names of it, as in vm front; or vm/front.")
  private List<String> words;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  DescribeCommand() {}

  @Override
  public Integer call() {
    ApiClient client = cairn.connect();
    Discovery discovery = new Discovery(client);
    List<Wanted> all = Wanted.each(Wanted.by(words, discovery));
    if (all.isEmpty()) {
      throw new Failure(Failure.WRONG_USAGE, "name an object too, as in: cairn describe vm front");
    }
    for (Wanted wanted : all) {
      describe(client, discovery, wanted.kind(), wanted.names().getFirst());
    }
    return 0;
  }

  private void describe(ApiClient client, Discovery discovery, Discovery.Kind kind, String name) {
    String namespace = target.namespace(client.kubeconfig());
    JsonNode object =
        client
            .find(kind.path(namespace, name))
            .orElseThrow(() ->
                new Failure(
                    Failure.REFUSED,
                    kind.namespaced()
                        ? "there is no %s called '%s' in namespace '%s'"
                            .formatted(kind.singular(), name, namespace)
                        : "there is no %s called '%s'".formatted(kind.singular(), name)));
    PrintWriter out = spec.commandLine().getOut();
    print(out, kind, (ObjectNode) object);
    printEvents(out, client, discovery, kind, object);
    out.flush();
  }

  private static void print(PrintWriter out, Discovery.Kind kind, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    out.println(kind.kind() + " " + metadata.path("name").asString(""));
    ObjectNode about = Documents.JSON.createObjectNode();
    for (String field :
        List.of(
            "namespace", "uid", "creationTimestamp", "deletionTimestamp", "labels", "finalizers")) {
      if (metadata.has(field)) {
        about.set(field, metadata.path(field));
      }
    }
    section(out, "About", about);
    section(out, "Asked for", object.path("spec"));
    if (object.path("status") instanceof ObjectNode status) {
      JsonNode conditions = status.path("conditions");
      ObjectNode rest = status.deepCopy();
      rest.remove("conditions");
      section(out, "What is", rest);
      printConditions(out, conditions);
    }
  }

  private static void section(PrintWriter out, String title, JsonNode content) {
    if (content.isMissingNode() || content.isEmpty()) {
      return;
    }
    out.println(title + ":");
    Documents.yaml(content).lines().forEach(line -> out.println("  " + line));
  }

  private static void printConditions(PrintWriter out, JsonNode conditions) {
    if (conditions.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("  TYPE", "STATUS", "REASON", "MESSAGE"));
    for (JsonNode condition : conditions) {
      rows.add(
          List.of(
              "  " + condition.path("type").asString(""),
              condition.path("status").asString(""),
              condition.path("reason").asString(""),
              condition.path("message").asString("")));
    }
    out.println("Conditions:");
    out.print(TableText.layOut(rows));
  }

  private static void printEvents(
      PrintWriter out,
      ApiClient client,
      Discovery discovery,
      Discovery.Kind kind,
      JsonNode object) {
    String selector =
        "involvedObject.kind=%s,involvedObject.uid=%s"
            .formatted(kind.kind(), object.path("metadata").path("uid").asString(""));
    String namespace = object.path("metadata").path("namespace").asString("");
    JsonNode events =
        client.get(
            discovery.meantBy("events").getFirst().path(namespace)
                + "?fieldSelector="
                + URLEncoder.encode(selector, StandardCharsets.UTF_8),
            ApiClient.TABLE);
    if (events.path("rows").isEmpty()) {
      return;
    }
    out.println("Events:");
    TableText.of(events, false, false).lines().forEach(line -> out.println("  " + line));
  }
}
