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
      "  cairn get vm/front vd/root -n web        a machine and a disk by name",
      "  cairn get vm front -o field=status.phase one field of one machine"
    })
final class GetCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "KINDS [NAME]",
      description =
          "Kinds, short names or categories, with commas between: vm,vd. Names after them: only"
              + " these objects. Or KIND/NAME: vm/front vd/root.")
  private List<String> words;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  private boolean all;

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
    String namespace = all ? "" : target.namespace(client.kubeconfig());
    List<Wanted> meant = Wanted.by(words, discovery);
    refuseContradictions(meant);
    int code = 0;
    for (Wanted wanted : meant) {
      Discovery.Kind kind = wanted.kind();
      if (wanted.names().isEmpty()) {
        show(client, kind, kind.path(namespace) + query(), meant.size() > 1, out);
      }
      for (String name : wanted.names()) {
        code = Math.max(code, showOne(client, kind, namespace, name, meant.size() > 1, out));
      }
    }
    if (watch && code == 0) {
      watch(client, meant, namespace, out);
    }
    out.flush();
    return code;
  }

  private void refuseContradictions(List<Wanted> meant) {
    boolean named = meant.stream().anyMatch(wanted -> !wanted.names().isEmpty());
    if (all && named) {
      throw new Failure(
          Failure.WRONG_USAGE, "an object is in one namespace: say which with -n instead of -A");
    }
    if (all && target.named()) {
      throw new Failure(Failure.WRONG_USAGE, "-A means all namespaces and -n one: use one of them");
    }
    if (watch && meant.size() != 1) {
      throw new Failure(Failure.WRONG_USAGE, "--watch works with one kind at a time");
    }
  }

  /** One that is missing does not keep the others from being shown. */
  private int showOne(
      ApiClient client,
      Discovery.Kind kind,
      String namespace,
      String name,
      boolean several,
      PrintWriter out) {
    try {
      show(client, kind, kind.path(namespace, name), several, out);
      return 0;
    } catch (Failure e) {
      if (e.exitCode() != Failure.REFUSED) {
        throw e;
      }
      out.flush();
      spec.commandLine().getErr().println("cairn: " + e.getMessage());
      return e.exitCode();
    }
  }

  private void show(
      ApiClient client, Discovery.Kind kind, String path, boolean several, PrintWriter out) {
    boolean table = form.isEmpty() || form.equals("wide");
    JsonNode answer = find(client, path, table ? ApiClient.TABLE : ApiClient.JSON);
    if (!table) {
      Output.form(form).print(kind, answer, out);
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
    out.print(TableText.of(answer, form.equals("wide"), all && kind.namespaced()));
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

  private void watch(ApiClient client, List<Wanted> meant, String namespace, PrintWriter out)
      throws IOException {
    Discovery.Kind kind = meant.getFirst().kind();
    List<String> names = meant.getFirst().names();
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
