package cairn.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people type them, against the real API. */
class CommandsOverHttpTest {

  private static final Path EXAMPLES = Path.of("..", "examples");

  /** These go on until a machine answers, or send a file; here is neither. */
  private static final Set<String> NEEDING_MORE =
      Set.of("console", "vnc", "port-forward", "start", "image");

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
    api.kubeconfig(directory);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void hello() {
    assertEquals(0, cairn("apply", "-f", EXAMPLES.resolve("hello.yaml").toString()).code());
  }

  /** An operation lasts until a controller has carried it out; here is none. */
  @AfterEach
  void forgetOperations() {
    cairn("get", "vmop", "-n", "hello", "-o", "field=metadata.name")
        .out()
        .lines()
        .forEach(name -> assertEquals(0, cairn("delete", "vmop", name, "-n", "hello").code()));
  }

  private record Said(int code, String out, String err) {}

  private static Said cairn(String... words) {
    return cairn(directory.resolve("kubeconfig"), words);
  }

  private static Said cairn(Path kubeconfig, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    int code =
        Cairn.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Said(code, out.toString(), err.toString());
  }

  @Test
  void aLargeObjectIsShownWhole() throws IOException {
    Path file = directory.resolve("large.yaml");
    Files.writeString(
        file,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: large, namespace: hello}, data: {a: \""
            + "x y".repeat(300_000)
            + "\"}}");
    assertEquals(0, cairn("create", "-f", file.toString()).code());

    for (String form : List.of("yaml", "json", "field=data.a")) {
      Said said = cairn("get", "cm", "large", "-n", "hello", "-o", form);

      assertEquals(0, said.code(), said.err());
      assertEquals("", said.err());
      assertTrue(said.out().length() >= 900_000, form);
    }
    assertEquals(0, cairn("delete", "cm", "large", "-n", "hello").code());
  }

  @Test
  void everyExampleIsTakenByTheServer() throws IOException {
    try (Stream<Path> examples = Files.list(EXAMPLES)) {
      for (Path example : examples.sorted().toList()) {
        boolean nameless = Files.readString(example).contains("generateName:");
        Said said = cairn(nameless ? "create" : "apply", "-f", example.toString());
        assertEquals(0, said.code(), example + ": " + said);
        forgetOperations();
      }
    }
  }

  @Test
  void everyCommandOfTheReadmeIsACommand() throws IOException {
    List<List<String>> commands =
        Files.readAllLines(Path.of("..", "README.md")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("./cairn "))
            // What stands right of a gap explains the command.
            .map(line -> List.of(line.substring(8).split("  +", 2)[0].split(" ", -1)))
            .toList();
    assertFalse(commands.isEmpty());

    for (List<String> command : commands) {
      Cairn.commandLine().parseArgs(command.toArray(String[]::new));
      boolean ends = !command.contains("-w") && !NEEDING_MORE.contains(command.getFirst());
      if (ends && !command.getFirst().equals("doctor") && !command.contains(".cairn/hello.yaml")) {
        String[] words =
            command.stream()
                .map(w -> w.startsWith("examples/") ? "../" + w : w)
                .toArray(String[]::new);
        Said said = cairn(words);
        assertEquals(0, said.code(), command + ": " + said);
        forgetOperations();
      }
    }
  }

  @Test
  void theSameFileCreatesANewOperationEachTime() {
    Said first = cairn("create", "-f", EXAMPLES.resolve("stop.yaml").toString());
    forgetOperations();
    Said second = cairn("create", "-f", EXAMPLES.resolve("stop.yaml").toString());

    assertTrue(first.out().startsWith("virtualmachineoperation/stop-hello-"), first.toString());
    assertTrue(second.out().startsWith("virtualmachineoperation/stop-hello-"), second.toString());
    assertFalse(first.out().equals(second.out()), first.toString());
  }

  @Test
  void applyWithoutANameSaysWhatToUse() {
    Path stop = EXAMPLES.resolve("stop.yaml");

    Said said = cairn("apply", "-f", stop.toString());

    assertEquals(1, said.code());
    assertEquals(
        "cairn: VirtualMachineOperation 'stop-hello-' in "
            + stop
            + ": apply needs metadata.name; with generateName use: cairn create -f\n",
        said.err());
  }

  @Test
  void oneRefusedObjectDoesNotKeepTheOthersFromBeingApplied() throws IOException {
    Path file = directory.resolve("three.yaml");
    Files.writeString(
        file,
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: one}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: Not_A_Name}}
        ---
        {apiVersion: v1, kind: Nonsense, metadata: {name: two}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: three}}
        """);

    Said said = cairn("apply", "-f", file.toString());

    assertEquals(1, said.code(), said.toString());
    assertEquals("namespace/one created\nnamespace/three created\n", said.out());
    assertTrue(said.err().contains("Namespace 'Not_A_Name' in " + file), said.err());
    assertTrue(said.err().contains("Nonsense 'two' in " + file), said.err());
  }

  @Test
  void objectsAreNamedAsWithKubectl() {
    assertEquals(
        "virtualmachines/hello\n", cairn("get", "vm/hello", "-n", "hello", "-o", "name").out());
    assertEquals(
        "virtualmachines/hello\nvirtualdisks/hello-root\n",
        cairn("get", "vm/hello", "vd/hello-root", "-n", "hello", "-o", "name").out());
    assertEquals(0, cairn("describe", "vm/hello", "-n", "hello").code());
    assertEquals(2, cairn("get", "vm/hello", "front").code());
    assertEquals(2, cairn("get", "vm", "hello", "-A").code());
    assertEquals(2, cairn("describe", "vm", "hello", "-A").code());
  }

  @Test
  void aMissingObjectDoesNotHideThePresentOne() {
    Said said = cairn("get", "vm", "nobody", "hello", "-n", "hello", "-o", "name");

    assertEquals(1, said.code());
    assertEquals("virtualmachines/hello\n", said.out());
    assertTrue(said.err().contains("nobody"), said.err());
  }

  @Test
  void aFieldThatIsNotThereIsAnError() {
    Said said = cairn("get", "vm", "hello", "-n", "hello", "-o", "field=nope");

    assertEquals(1, said.code());
    assertEquals("", said.out());
    assertTrue(said.err().contains("has no field 'nope'"), said.err());
  }

  @Test
  void aKubeconfigOfAnotherAuthorityIsCalledThat(@TempDir Path other) throws IOException {
    String server =
        api.kubeconfig(directory).lines().filter(l -> l.contains("server:")).findFirst().orElse("");
    try (RunningApi another = new RunningApi(other)) {
      String stale =
          another
              .kubeconfig(other)
              .lines()
              .map(l -> l.contains("server:") ? server : l)
              .reduce("", (a, b) -> a + b + "\n");
      Files.writeString(other.resolve("kubeconfig"), stale);
    }

    Said said = cairn(other.resolve("kubeconfig"), "get", "vm");

    assertEquals(3, said.code());
    assertTrue(said.err().contains("its certificate comes from another authority"), said.err());
    assertFalse(said.err().contains("PKIX"), said.err());
  }
}
