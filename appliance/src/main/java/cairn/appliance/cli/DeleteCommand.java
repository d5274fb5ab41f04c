package cairn.appliance.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "delete",
    description = "Deletes objects and waits until they are gone.",
    mixinStandardHelpOptions = true,
    footer = {"", "Examples:", "  cairn delete vm front -n web", "  cairn delete -f hello.yaml"})
final class DeleteCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "KIND NAME",
      description = "A kind and names of it, as in vm front; or vm/front.")
  private List<String> words = List.of();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "Files or folders with manifests; - reads standard input.")
  private List<Path> places = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for each object; 0 does not wait. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  DeleteCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    boolean onlyKind = words.size() == 1 && !words.getFirst().contains("/");
    if (words.isEmpty() == places.isEmpty() || onlyKind) {
      throw new Failure(Failure.WRONG_USAGE, "name a kind and objects of it, or files with -f");
    }
    ApiClient client = cairn.connect();
    List<Doomed> doomed = doomed(client, new Discovery(client));
    for (Doomed object : doomed) {
      delete(client, object);
    }
    for (Doomed object : doomed) {
      awaitGone(client, object);
    }
    return 0;
  }

  private List<Doomed> doomed(ApiClient client, Discovery discovery) {
    List<Doomed> doomed = new ArrayList<>();
    String namespace = target.namespace(client.kubeconfig());
    if (!words.isEmpty()) {
      for (Wanted each : Wanted.each(Wanted.by(words, discovery))) {
        String name = each.names().getFirst();
        doomed.add(new Doomed(each.kind(), each.kind().path(namespace, name), name));
      }
      return doomed;
    }
    for (Documents.Manifest read : Documents.manifests(places).reversed()) {
      ObjectNode manifest = read.object();
      Discovery.Kind kind = discovery.of(manifest);
      JsonNode metadata = manifest.path("metadata");
      String name = metadata.path("name").asString("");
      if (name.isEmpty()) {
        throw new Failure(
            Failure.WRONG_USAGE,
            "%s has no metadata.name; with generateName the server chose the names: see cairn get %s"
                .formatted(read, kind.plural()));
      }
      String home = metadata.path("namespace").asString(namespace);
      doomed.add(new Doomed(kind, kind.path(home, name), name));
    }
    return doomed;
  }

  private void delete(ApiClient client, Doomed object) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      client.send("DELETE", object.path(), ApiClient.JSON, Optional.empty());
      out.println(object.kind().singular() + "/" + object.name() + " deleted");
    } catch (ApiClient.NotFound e) {
      if (places.isEmpty()) {
        throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
      }
      out.println(object.kind().singular() + "/" + object.name() + " was gone already");
    }
    out.flush();
  }

  private void awaitGone(ApiClient client, Doomed object) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
    while (timeoutSeconds > 0 && client.find(object.path()).isPresent()) {
      if (System.nanoTime() > end) {
        throw new Failure(
            Failure.TIMED_OUT,
            "%s %s is still there after %d s; see: cairn describe %s %s"
                .formatted(
                    object.kind().singular(),
                    object.name(),
                    timeoutSeconds,
                    object.kind().singular(),
                    object.name()));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private record Doomed(Discovery.Kind kind, String path, String name) {}
}
