package cairn.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CairnTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Cairn.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  static Stream<String> commands() {
    return Cairn.commandLine().getSubcommands().keySet().stream().filter(c -> !c.equals("help"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItself(String command) {
    assertEquals(0, line.execute("help", command));
    assertTrue(out.toString().startsWith("Usage: cairn " + command), out.toString());
  }

  @Test
  void nothingToDoIsWrongUsage() {
    assertEquals(2, line.execute());
    assertTrue(err.toString().contains("for example: cairn get vm"), err.toString());
  }

  @Test
  void anUnknownOptionIsWrongUsage() {
    assertEquals(2, line.execute("get", "vm", "--colour"));
    assertTrue(err.toString().contains("--colour"), err.toString());
  }

  @Test
  void aServiceThatIsNotThereIsSaidPlainly(@TempDir Path folder) throws Exception {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
        users: [{name: u, user: {}}]
        """);

    assertEquals(3, line.execute("get", "vm", "--kubeconfig", kubeconfig.toString()));
    assertEquals(
        "cairn: the service at https://127.0.0.1:1 cannot be reached: nothing listens there. Is it"
            + " running? In a lab, 'make status' tells",
        err.toString().strip());
  }

  @Test
  void aManifestWithoutKindIsRefusedByName(@TempDir Path folder) throws Exception {
    Path manifest = folder.resolve("broken.yaml");
    Files.writeString(manifest, "metadata: {name: a}\n");

    assertEquals(2, line.execute("apply", "-f", manifest.toString()));
    assertTrue(err.toString().contains(manifest + " holds a document without"), err.toString());
  }
}
