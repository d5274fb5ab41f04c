package cairn.appliance.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "console",
    description = "Connects this terminal to a machine's serial console. Ctrl+] leaves.",
    mixinStandardHelpOptions = true)
final class ConsoleCommand implements Callable<Integer> {

  private static final int LEAVE = 0x1d;

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Parameters(index = "0", paramLabel = "MACHINE", description = "The machine's name.")
  private String machine;

  @Option(
      names = "--force",
      description = "Take the console over from whoever holds it, without asking.")
  private boolean force;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  ConsoleCommand() {}

  @Override
  public Integer call() throws IOException {
    MachineStream stream = MachineStream.of(cairn.connect(), target, machine);
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      if (!force) {
        Optional<Takeover.Holder> holder = Takeover.holder(stream, "console");
        if (holder.isPresent()) {
          ask(holder.get(), terminal);
        }
      }
      return talk(stream, terminal);
    }
  }

  /** Who cannot be asked, a script, is told and goes on, as with the platform's own client. */
  private static void ask(Takeover.Holder holder, Terminal terminal) throws IOException {
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      System.err.println("Warning: the console was " + holder + " and is taken over.");
      return;
    }
    terminal.writer().printf("The console is %s. Take it over? [y/N] ", holder);
    terminal.flush();
    int answer = terminal.reader().read();
    terminal.writer().println();
    if (answer != 'y' && answer != 'Y') {
      throw new Failure(
          Failure.REFUSED,
          "the console was left to " + holder.name() + "; --force takes it without asking");
    }
  }

  private int talk(MachineStream stream, Terminal terminal) throws IOException {
    ConsoleSession session = new ConsoleSession(screen(terminal));
    try (HttpClient http = stream.http()) {
      WebSocket socket = stream.open(http, "console", session);
      terminal.writer().println("Connected to " + machine + ". Ctrl+] leaves.\r");
      terminal.flush();
      Attributes before = terminal.enterRawMode();
      Thread keys =
          Thread.ofPlatform().daemon().start(() -> type(terminal.input(), socket, session));
      try {
        session.awaitEnd();
      } finally {
        keys.interrupt();
        terminal.setAttributes(before);
        socket.abort();
        http.shutdownNow();
      }
    }
    terminal.writer().println();
    terminal.writer().println(session.farewell());
    terminal.flush();
    return session.failed() ? Failure.REFUSED : 0;
  }

  private static OutputStream screen(Terminal terminal) {
    return terminal.getType().startsWith(Terminal.TYPE_DUMB)
        ? new WithoutEscapes(terminal.output())
        : terminal.output();
  }

  private static void type(InputStream keyboard, WebSocket socket, ConsoleSession session) {
    byte[] buffer = new byte[1024];
    try {
      for (int count = keyboard.read(buffer); count >= 0; count = keyboard.read(buffer)) {
        int leave = indexOf(buffer, count);
        int length = leave < 0 ? count : leave;
        if (length > 0) {
          socket.sendBinary(ByteBuffer.wrap(Arrays.copyOf(buffer, length)), true).join();
        }
        if (leave >= 0) {
          session.leave();
          return;
        }
      }
      session.endWhenQuiet();
    } catch (IOException | CompletionException e) {
      session.fail("the connection broke: " + e.getMessage());
    }
  }

  private static int indexOf(byte[] buffer, int count) {
    for (int at = 0; at < count; at++) {
      if (buffer[at] == LEAVE) {
        return at;
      }
    }
    return -1;
  }
}
