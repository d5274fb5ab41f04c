package cairn.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConsoleSessionTest {

  private final ConsoleSession session = new ConsoleSession(new ByteArrayOutputStream());

  @Test
  void theEndOfTheInputEndsTheConsole() {
    session.endWhenQuiet();

    session.awaitEnd();
    assertFalse(session.failed());
    assertEquals("The input ended; the machine goes on.", session.farewell());
  }

  @Test
  void aPipeSeesTextAndNoControlSequences() throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();

    try (WithoutEscapes screen = new WithoutEscapes(plain)) {
      screen.write("/ # \033[6n\033[1;31mred".getBytes(UTF_8));
      screen.write("\033".getBytes(UTF_8));
      screen.write("[0m é".getBytes(UTF_8));
    }

    assertEquals("/ # red é", plain.toString(UTF_8));
  }

  @Test
  void aMachineThatDoesNotRunIsNoInternalError() {
    String said =
        StreamRefusal.said("hello", "Internal error occurred: VirtualMachine is not Running");

    assertEquals(
        "machine 'hello' does not run now, so there is nothing to connect to; see: cairn get vm",
        said);
  }
}
