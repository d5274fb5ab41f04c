package cairn.appliance.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How a command reaches the service: the options that all of them share. */
final class Connection {

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Where to find the service and who you are. Default: $KUBECONFIG, then the lab of this"
              + " checkout, then the node's own.")
  private @Nullable Path kubeconfig;

  ApiClient open() {
    return new ApiClient(Kubeconfig.read(file()));
  }

  private Path file() {
    if (kubeconfig != null) {
      return kubeconfig;
    }
    Optional<Path> named =
        Optional.ofNullable(System.getenv("KUBECONFIG"))
            .filter(value -> !value.isBlank())
            .map(value -> Path.of(value.split(":", 2)[0]));
    List<Path> usual =
        Stream.concat(
                Optional.ofNullable(System.getProperty("cairn.lab")).map(Path::of).stream(),
                Stream.of(Path.of("/run/cairn/admin.kubeconfig")))
            .toList();
    return named
        .or(() -> usual.stream().filter(Files::isReadable).findFirst())
        .orElseThrow(() ->
            new Failure(
                Failure.WRONG_USAGE,
                "no kubeconfig was found at "
                    + usual
                    + "; start the lab with 'make up', or name a file with --kubeconfig"));
  }
}
