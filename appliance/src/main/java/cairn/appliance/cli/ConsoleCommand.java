package cairn.appliance.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
import tools.jackson.databind.JsonNode;

@Command(
    name = "console",
    description = "Connects this terminal to a machine's serial console. Ctrl+] leaves.",
    mixinStandardHelpOptions = true)
final class ConsoleCommand implements Callable<Integer> {

  static final String PROTOCOL = "plain.virtualization.deckhouse.io";
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
    ApiClient client = cairn.connect();
    String path =
        "/apis/subresources.virtualization.deckhouse.io/v1alpha2/namespaces/%s/virtualmachines/%s/console"
            .formatted(target.namespace(client.kubeconfig()), machine);
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      if (!force) {
        askIfHeld(client, path, terminal);
      }
      return talk(client, path, terminal);
    }
  }

  private void askIfHeld(ApiClient client, String path, Terminal terminal) throws IOException {
    JsonNode probe = find(client, path + "?probe=true");
    String holder = probe.path("holder").asString("");
    if (holder.isEmpty()) {
      return;
    }
    terminal
        .writer()
        .printf(
            "The console is held by %s since %s. Take it over? [y/N] ",
            holder, probe.path("startTime").asString("?"));
    terminal.flush();
    int answer = terminal.reader().read();
    terminal.writer().println();
    if (answer != 'y' && answer != 'Y') {
      throw new Failure(
          Failure.REFUSED,
          "the console was left to " + holder + "; --force takes it without asking");
    }
  }

  private static JsonNode find(ApiClient client, String path) {
    try {
      return client.get(path, ApiClient.JSON);
    } catch (ApiClient.NotFound e) {
      throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }

  private int talk(ApiClient client, String path, Terminal terminal) throws IOException {
    ConsoleSession session = new ConsoleSession(screen(terminal));
    try (HttpClient http = HttpClient.newBuilder().sslContext(client.tls()).build()) {
      WebSocket socket = open(http, client, path, session);
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

  private WebSocket open(HttpClient http, ApiClient client, String path, ConsoleSession session) {
    String server = client.kubeconfig().server().toString().replaceFirst("^http", "ws");
    WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols(PROTOCOL);
    client
        .kubeconfig()
        .token()
        .ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    try {
      return builder.buildAsync(URI.create(server.replaceAll("/$", "") + path), session).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw new Failure(Failure.REFUSED, ConsoleRefusal.said(machine, reason(refused)), e);
      }
      throw new Failure(Failure.UNREACHABLE, "the console cannot be reached: " + e.getCause(), e);
    }
  }

  private static String reason(WebSocketHandshakeException refused) {
    Object body = refused.getResponse().body();
    String text =
        body instanceof byte[] bytes
            ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
            : String.valueOf(body);
    String message =
        text.startsWith("{") ? Documents.JSON.readTree(text).path("message").asString("") : "";
    return message.isEmpty()
        ? "the console was refused with code "
            + refused.getResponse().statusCode()
            + "; is the machine running? See: cairn get vm"
        : message;
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
