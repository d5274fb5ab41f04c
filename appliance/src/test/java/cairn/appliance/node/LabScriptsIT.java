package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher's scripts refuse, and what they leave alone. */
class LabScriptsIT {

  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();

  @TempDir Path home;

  @Test
  void aPortInUseIsNamedAndNothingIsBegun() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      Ended up = run(Map.of("CAIRN_PORT", port), SCRIPTS.resolve("up").toString());

      assertEquals(1, up.status(), up.words());
      assertTrue(up.words().contains("port " + port + " is in use"), up.words());
      assertFalse(up.words().contains("CAIRN_PORT=" + port), up.words());
      assertEquals(List.of(), names(home));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "8443x", "99999", "0", "-1"})
  void whatIsNoPortIsRefusedBeforeAnyWork(String port) throws Exception {
    Ended up = run(Map.of("CAIRN_PORT", port), script("up"));

    assertEquals(1, up.status(), up.words());
    assertEquals(
        "cairn: CAIRN_PORT="
            + port
            + " is no port: expected a number from 1 to 65535, as in: make up CAIRN_PORT=9443\n",
        up.words());
    assertEquals(List.of(), names(home));
  }

  @Test
  void aFolderOfOthersIsNeitherTakenNorRemoved() throws Exception {
    Files.writeString(home.resolve("letter-to-grandmother"), "Dear");
    Files.createDirectories(home.resolve("log"));

    Ended up = run(Map.of(), script("up"));
    Ended clean = run(Map.of(), script("clean"));

    assertEquals(1, up.status(), up.words());
    assertTrue(up.words().contains("holds what is not Cairn's"), up.words());
    assertEquals(1, clean.status(), clean.words());
    assertTrue(clean.words().contains("Nothing was removed"), clean.words());
    assertEquals(List.of("letter-to-grandmother", "log"), names(home));
  }

  @Test
  void noMarkMakesAHomeALab() throws Exception {
    Files.writeString(home.resolve(".cairn-lab"), "");
    Files.createDirectories(home.resolve("log"));

    Ended clean = run(Map.of("HOME", home.resolve("user").toString()), script("clean"));

    assertEquals(1, clean.status(), clean.words());
    assertEquals(List.of(".cairn-lab", "log"), names(home));
  }

  @Test
  void beforeThereIsALabStatusAndLogsSaySo() throws Exception {
    Ended status = run(Map.of(), script("status"));
    Ended logs = run(Map.of(), script("logs"));

    assertEquals(
        new Ended(0, "== there is no lab in " + home + " ('make up' makes one)\n"), status);
    assertEquals(0, logs.status(), logs.words());
    assertTrue(logs.words().contains("nothing was started in " + home), logs.words());
  }

  @Test
  void disksOfALivingGuestAreNotRemoved() throws Exception {
    Files.createDirectories(home.resolve("state/disks"));
    Files.writeString(home.resolve(".cairn-lab"), "");
    String guest =
        """
        cp /bin/sleep /run/qemu-system-x86
        mkdir /var/lib/cairn
        unshare --mount sh -c 'mount --bind "$CAIRN_HOME/state" /var/lib/cairn && exec /run/qemu-system-x86 600' &
        guest=$!
        until [ "/proc/$guest/root/var/lib/cairn" -ef "$CAIRN_HOME/state" ]; do sleep 0.05; done
        status=0; %s || status=$?
        kill $guest; exit $status
        """
            .formatted(script("clean"));

    Ended clean = run(Map.of(), "sh", "-c", hidingHost(guest));

    assertEquals(1, clean.status(), clean.words());
    assertTrue(clean.words().contains("(qemu-system-x86) still runs"), clean.words());
    assertTrue(Files.exists(home.resolve("state/disks")));
  }

  @Test
  void whereThereIsNoJdkItSaysWhatToDo() throws Exception {
    Ended jdk =
        run(
            Map.of("JAVA_HOME", "/", "JVM_FOLDER", home.toString(), "HOME", home.toString()),
            SCRIPTS.resolve("jdk").toString());

    assertEquals(1, jdk.status(), jdk.words());
    assertTrue(jdk.words().contains("JDK of version 25"), jdk.words());
    assertTrue(jdk.words().contains("JAVA_HOME"), jdk.words());
  }

  @Test
  void cleanTakesWhatIsOursAndNothingElse() throws Exception {
    Files.createDirectories(home.resolve("state/store"));
    Files.writeString(home.resolve(".cairn-lab"), "");
    Files.writeString(home.resolve("letter-to-grandmother"), "Dear");

    Ended clean = run(Map.of(), "sh", "-c", hidingHost(SCRIPTS.resolve("clean").toString()));

    assertEquals(0, clean.status(), clean.words());
    assertEquals(List.of("letter-to-grandmother"), names(home));
  }

  @Test
  void cleanLeavesTheMountsOfAnotherLab() throws Exception {
    String other =
        """
        mkdir -p /var/lib/cairn /var/lib/other && echo theirs > /var/lib/other/file
        mkfifo /var/lib/done
        unshare --mount sh -c '
          mount --bind /var/lib/other /var/lib/cairn && touch /var/lib/ready
          read -r _ < /var/lib/done; cat /var/lib/cairn/file' &
        until [ -e /var/lib/ready ]; do sleep 0.05; done
        status=0; %s || status=$?
        echo > /var/lib/done; wait
        exit $status
        """
            .formatted(script("clean"));
    Files.writeString(home.resolve(".cairn-lab"), "");

    Ended clean = run(Map.of(), "sh", "-c", hidingHost(other));

    assertEquals(0, clean.status(), clean.words());
    assertTrue(clean.words().contains("theirs"), clean.words());
  }

  /** With folders of its own where a lab lies over the host's. */
  private static String hidingHost(String commands) {
    return """
    exec unshare --mount sh -ec 'for each in /var/lib /var/log /run; do mount -t tmpfs cairn-test $each; done
    eval "$1"' sh '%s'
    """
        .formatted(commands.replace("'", "'\\''"));
  }

  private Ended run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    program.environment().put("CAIRN_HOME", home.toString());
    program.environment().putAll(environment);
    Process process = program.start();
    process.getOutputStream().close();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), words);
  }

  private static String script(String name) {
    return SCRIPTS.resolve(name).toString();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private record Ended(int status, String words) {}
}
