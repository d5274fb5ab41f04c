package cairn.appliance.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that a command is given. It does the same with every manifest in them; one that is
 * refused does not keep the others from it.
 */
final class ManifestFiles {

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      required = true,
      description = "Files or folders with manifests; - reads standard input.")
  private List<Path> places = List.of();

  /**
   * @return the exit code: {@link Failure#REFUSED} if any was refused
   */
  int each(Cairn cairn, PrintWriter errors, Deed deed) {
    List<Documents.Manifest> manifests = Documents.manifests(places);
    ApiClient client = cairn.connect();
    Discovery discovery = new Discovery(client);
    int code = 0;
    for (Documents.Manifest manifest : manifests) {
      try {
        deed.with(client, discovery.of(manifest.object()), manifest.object());
      } catch (ApiClient.NotFound e) {
        code = refused(errors, manifest, e);
      } catch (Failure e) {
        if (e.exitCode() != Failure.REFUSED) {
          throw e;
        }
        code = refused(errors, manifest, e);
      }
    }
    return code;
  }

  private static int refused(
      PrintWriter errors, Documents.Manifest manifest, RuntimeException refusal) {
    errors.println("cairn: " + manifest + ": " + refusal.getMessage());
    errors.flush();
    return Failure.REFUSED;
  }

  @FunctionalInterface
  interface Deed {
    void with(ApiClient client, Discovery.Kind kind, ObjectNode manifest);
  }
}
