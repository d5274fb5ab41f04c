package cairn.appliance.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is typed to reach a machine, and what other programs are given for it. */
class StreamWordsTest {

  @TempDir private Path folder;
  private Path kubeconfig;

  @BeforeEach
  void writeKubeconfig() throws IOException {
    // A shell and ssh both read this path: neither may see more in it than a name.
    kubeconfig = Files.createDirectories(folder.resolve("it's 100%")).resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u, namespace: web}}]
        clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]
        users: [{name: u, user: {}}]
        """);
  }

  @Test
  void portsAreWrittenAsForThePlatformsClient() {
    assertEquals(new ForwardSpec(false, 8080, 80), ForwardSpec.parse("8080:80"));
    assertEquals(new ForwardSpec(false, 22, 22), ForwardSpec.parse("22"));
    assertEquals(new ForwardSpec(true, 5353, 53), ForwardSpec.parse("udp/5353:53"));
    assertEquals(new ForwardSpec(false, 0, 65_535), ForwardSpec.parse("tcp/0:65535"));
    assertEquals("portforward?port=53&protocol=udp", ForwardSpec.parse("udp/5353:53").stream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "80:", ":80", "80:0", "65536", "80:65536", "sctp/80", "-1", "a"})
  void whatIsNoPortIsWrongUsage(String text) {
    Failure failure = assertThrows(Failure.class, () -> ForwardSpec.parse(text));

    assertEquals(Failure.WRONG_USAGE, failure.exitCode());
    assertTrue(String.valueOf(failure.getMessage()).startsWith("'" + text + "' is not"));
  }

  @Test
  void sshIsGivenThisCommandAsTheWay() {
    List<String> words =
        parsed(SshCommand.class, "ssh", "-p", "2222", "debian@front", "--", "uname", "-a").words();

    String file = kubeconfig.toString().replace("'", "'\\''").replace("%", "%%");
    assertEquals(
        List.of(
            "ssh",
            "-o",
            "ProxyCommand='cairn' port-forward --stdio --kubeconfig '"
                + file
                + "' -n web front 2222",
            "-l",
            "debian",
            "--",
            "front.web",
            "uname",
            "-a"),
        words);
  }

  @Test
  void scpGoesOneWay() {
    List<String> to = parsed(ScpCommand.class, "scp", "-r", "./a:b", "debian@front:/tmp").words();
    List<String> from = parsed(ScpCommand.class, "scp", "front:log", ".").words();

    assertEquals(List.of("-r", "--", "./a:b", "debian@front.web:/tmp"), to.subList(3, to.size()));
    assertEquals(List.of("--", "front.web:log", "."), from.subList(3, from.size()));
    assertThrows(Failure.class, () -> parsed(ScpCommand.class, "scp", "a", "b").words());
    assertThrows(Failure.class, () -> parsed(ScpCommand.class, "scp", "a:b", "c:d").words());
  }

  @ParameterizedTest
  @ValueSource(strings = {"front;reboot", "$(reboot)", "Front", "-oProxyCommand=x", "a b", "a/b"})
  void onlyNamesReachTheShell(String name) {
    Failure failure =
        assertThrows(Failure.class, () -> parsed(SshCommand.class, "ssh", "--", name).words());

    assertEquals(Failure.WRONG_USAGE, failure.exitCode());
  }

  @Test
  void theViewerThatIsThereIsTaken() throws IOException {
    assertEquals(Optional.empty(), VncViewer.command(folder.toString(), 5901));

    program("vncviewer");
    assertEquals(
        Optional.of(List.of("vncviewer", "127.0.0.1::5901")),
        VncViewer.command("/nowhere:" + folder, 5901));

    program("remote-viewer");
    assertEquals(
        Optional.of(List.of("remote-viewer", "vnc://127.0.0.1:5901")),
        VncViewer.command(folder.toString(), 5901));
  }

  private void program(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private <C> C parsed(Class<C> command, String... words) {
    CommandLine line = Cairn.commandLine();
    String[] all = new String[words.length + 2];
    all[0] = "--kubeconfig";
    all[1] = kubeconfig.toString();
    System.arraycopy(words, 0, all, 2, words.length);
    line.parseArgs(all);
    return command.cast(requireNonNull(line.getSubcommands().get(words[0])).getCommand());
  }
}
