package cairn.appliance.cli;

import java.io.PrintWriter;
import java.util.List;

/** Does the same with every manifest; one that is refused does not keep the others from it. */
final class EachManifest {

  private EachManifest() {}

  /**
   * @return the exit code: {@link Failure#REFUSED} if any was refused
   */
  static int of(List<Documents.Manifest> manifests, PrintWriter errors, Deed deed) {
    int code = 0;
    for (Documents.Manifest manifest : manifests) {
      try {
        deed.with(manifest);
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
    void with(Documents.Manifest manifest);
  }
}
