package cairn.appliance.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
    name = "get",
    description = "Lists objects, or shows one.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  cairn get vm -A                          all machines",
      "  cairn get vm,vd -n web -o wide           machines and disks of one namespace",
      "  cairn get vm front -o field=status.phase one field of one machine"
    })
final class GetCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "KINDS",
      description = "Kinds, short names or categories, with commas between: vm,vd.")
  private String kinds;

  @Parameters(index = "1..*", paramLabel = "NAME", description = "Only these objects.")
  private List<String> names = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "wide, yaml, json, name, or field=PATH for one field.")
  private String form = "";

  @Option(
      names = {"-w", "--watch"},
      description = "Go on and print every change.")
  private boolean watch;

  @Option(
      names = {"-l", "--selector"},
      paramLabel = "LABELS",
      description = "Only objects with these labels: app=web,tier!=test.")
  private @Nullable String selector;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  GetCommand() {}

  @Override
  public Integer call() throws IOException {
    ApiClient client = cairn.connect();
    Discovery discovery = new Discovery(client);
    PrintWriter out = spec.commandLine().getOut();
    String namespace = target.namespace(client.kubeconfig());
    List<Discovery.Kind> meant = discovery.meantBy(kinds);
    for (Discovery.Kind kind : meant) {
      if (names.isEmpty()) {
        show(client, kind, kind.path(namespace) + query(), meant.size() > 1, out);
      }
      for (String name : names) {
        show(client, kind, kind.path(namespace, name), meant.size() > 1, out);
      }
    }
    if (watch) {
      watch(client, meant, namespace, out);
    }
    out.flush();
    return 0;
  }

  private void show(
      ApiClient client, Discovery.Kind kind, String path, boolean several, PrintWriter out) {
    boolean table = form.isEmpty() || form.equals("wide");
    JsonNode answer = find(client, path, table ? ApiClient.TABLE : ApiClient.JSON);
    if (!table) {
      out.print(Output.form(form).render(kind, answer));
      return;
    }
    if (answer.path("rows").isEmpty()) {
      if (!several) {
        spec.commandLine().getErr().println("No " + kind.plural() + " found.");
      }
      return;
    }
    if (several) {
      out.println(kind.plural() + ":");
    }
    out.print(
        TableText.of(answer, form.equals("wide"), target.allNamespaces() && kind.namespaced()));
    if (several) {
      out.println();
    }
  }

  private static JsonNode find(ApiClient client, String path, String accept) {
    try {
      return client.get(path, accept);
    } catch (ApiClient.NotFound e) {
      throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }

  private void watch(
      ApiClient client, List<Discovery.Kind> meant, String namespace, PrintWriter out)
      throws IOException {
    if (meant.size() != 1) {
      throw new Failure(Failure.WRONG_USAGE, "--watch works with one kind at a time");
    }
    Discovery.Kind kind = meant.getFirst();
    JsonNode list = find(client, kind.path(namespace) + query(), ApiClient.JSON);
    String from = list.path("metadata").path("resourceVersion").asString("");
    String separator = query().isEmpty() ? "?" : "&";
    String path = kind.path(namespace) + query() + separator + "watch=true&resourceVersion=" + from;
    try (BufferedReader events =
        new BufferedReader(
            new InputStreamReader(client.stream(path, ApiClient.TABLE), StandardCharsets.UTF_8))) {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        JsonNode table = Documents.JSON.readTree(line).path("object");
        for (JsonNode row : table.path("rows")) {
          String name = row.path("cells").path(0).asString("");
          if (names.isEmpty() || names.contains(name)) {
            out.print(row(row));
            out.flush();
          }
        }
      }
    }
  }

  private String row(JsonNode row) {
    List<String> cells = row.path("cells").valueStream().map(cell -> cell.asString("")).toList();
    return TableText.layOut(List.of(cells));
  }

  private String query() {
    return selector == null
        ? ""
        : "?labelSelector=" + java.net.URLEncoder.encode(selector, StandardCharsets.UTF_8);
  }
}
