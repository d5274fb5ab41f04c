package cairn.appliance.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which namespace a command works in. */
final class Target {

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace; default: that of the kubeconfig.")
  private @Nullable String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  private boolean all;

  String namespace(Kubeconfig kubeconfig) {
    if (all) {
      return "";
    }
    return namespace == null ? kubeconfig.namespace() : namespace;
  }

  boolean allNamespaces() {
    return all;
  }
}
