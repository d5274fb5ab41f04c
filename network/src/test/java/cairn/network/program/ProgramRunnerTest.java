package cairn.network.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.NetworkFault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramRunnerTest {

  private final ProgramRunner programs = new ProgramRunner(Duration.ofSeconds(20));

  @Test
  void inputGoesInAndOutputComesOut() {
    String text = "x".repeat(1 << 20);

    assertEquals(text, programs.run("cat", List.of(), text).orFault("Test", "copy"));
  }

  @Test
  void argumentsAreNotReadByAShell() {
    assertEquals("$HOME; *\n", programs.run("echo", "$HOME; *").out());
  }

  @Test
  void failureCarriesTheProgramsWords() {
    NetworkFault fault =
        assertThrows(
            NetworkFault.class,
            () -> programs.run("cat", "/does/not/exist").orFault("Unreadable", "read a file"));

    assertEquals("Unreadable", fault.reason());
    assertTrue(
        String.valueOf(fault.getMessage()).contains("No such file or directory"), fault.toString());
  }

  @Test
  void slowProgramIsGivenUp() {
    NetworkFault fault =
        assertThrows(
            NetworkFault.class, () -> new ProgramRunner(Duration.ofMillis(50)).run("sleep", "600"));

    assertEquals("ProgramTimedOut", fault.reason());
    assertEquals(NetworkFault.Kind.TRANSIENT, fault.kind());
  }

  @Test
  void runsAreCounted() {
    programs.run("/bin/true");
    programs.run("true");
    programs.run("false");

    assertEquals(
        List.of("false 1", "true 2"),
        programs.figures().stream().map(each -> each.program() + " " + each.runs()).toList());
    assertTrue(programs.figures().stream().allMatch(each -> each.spent().isPositive()));
  }

  @Test
  void missingProgramIsNamed() {
    NetworkFault fault = assertThrows(NetworkFault.class, () -> programs.run("no-such-program"));

    assertEquals("ProgramMissing", fault.reason());
    assertTrue(String.valueOf(fault.getMessage()).contains("no-such-program"));
  }
}
