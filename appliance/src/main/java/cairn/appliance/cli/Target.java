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

  String namespace(Kubeconfig kubeconfig) {
    return namespace == null ? kubeconfig.namespace() : namespace;
  }

  boolean named() {
    return namespace != null;
  }
}
