package cairn.appliance.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How ssh and scp get to a machine: they start this command again, with {@code port-forward
 * --stdio}, and talk through it. They ask for nothing else of the service.
 */
final class SshWay {

  @Option(
      names = {"-i", "--identity-file"},
      paramLabel = "FILE",
      description = "Private key to log in with; ssh's own choice unless said.")
  private @Nullable Path identity;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "22",
      description = "Port of the machine. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--known-hosts",
      paramLabel = "FILE",
      description = "Where keys of machines are kept; ssh's own file unless said.")
  private @Nullable Path knownHosts;

  @Option(
      names = "--ssh-args",
      paramLabel = "ARGUMENT",
      description = "Something more for ssh, as --ssh-args=-oForwardAgent=yes. May be repeated.")
  private List<String> more = List.of();

  /** What ssh and scp both understand, beginning with the program. */
  List<String> words(String program, MachineStream machine) {
    if (port < 1 || port > 65_535) {
      throw new Failure(Failure.WRONG_USAGE, "--port is " + port + ", expected 1 to 65535");
    }
    List<String> words = new ArrayList<>(List.of(program, "-o", "ProxyCommand=" + proxy(machine)));
    if (knownHosts != null) {
      words.addAll(List.of("-o", "UserKnownHostsFile=" + percentSafe(quotedForSsh(knownHosts))));
    }
    if (identity != null) {
      words.addAll(List.of("-i", percentSafe(identity.toAbsolutePath().toString())));
    }
    words.addAll(more);
    return words;
  }

  /** The machine's name among hosts: ssh remembers its key by it. */
  static String host(MachineStream machine) {
    return machine.machine() + "." + machine.namespace();
  }

  /** ssh gives this to a shell, behind an exec of its own, and reads percent signs itself. */
  private String proxy(MachineStream machine) {
    String self = System.getenv().getOrDefault("CAIRN_COMMAND", "cairn");
    return percentSafe(
        "%s port-forward --stdio --kubeconfig %s -n %s %s %d"
            .formatted(
                quoted(self),
                quoted(machine.client().kubeconfig().file().toAbsolutePath().toString()),
                machine.namespace(),
                machine.machine(),
                port));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static String quotedForSsh(Path file) {
    return '"' + file.toAbsolutePath().toString() + '"';
  }

  private static String percentSafe(String text) {
    return text.replace("%", "%%");
  }

  /** Becomes the program, as far as its terminal and its exit code go. */
  static int run(List<String> words) throws InterruptedException {
    try {
      return new ProcessBuilder(words).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new Failure(
          Failure.REFUSED,
          "%s cannot be started: %s. Install OpenSSH's client (Debian: openssh-client)"
              .formatted(words.getFirst(), e.getMessage()),
          e);
    }
  }
}
