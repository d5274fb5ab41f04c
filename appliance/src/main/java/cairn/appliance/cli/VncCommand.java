package cairn.appliance.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "vnc",
    description = "Shows a machine's screen, in remote-viewer or vncviewer if one is installed.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Without a viewer it tells the address that any VNC client can connect to. Ctrl+C ends it.",
      "",
      "Examples:",
      "  cairn vnc front                            opens a viewer",
      "  cairn vnc front --proxy-only --port 5901   waits for viewers at 127.0.0.1:5901"
    })
final class VncCommand implements Callable<Integer> {

  private static final String LOOPBACK = "127.0.0.1";

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MACHINE", description = "The machine's name.")
  private String machine;

  @Option(
      names = "--proxy-only",
      description = "Start no viewer; print {\"port\":N} and serve one viewer after the other.")
  private boolean proxyOnly;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of this computer; 0, the default, takes any free one.")
  private int port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = LOOPBACK,
      description = "Address to listen on with --proxy-only. Default: ${DEFAULT-VALUE}.")
  private String address;

  @Option(
      names = "--force",
      description = "Take the screen over from whoever has it, without asking.")
  private boolean force;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  VncCommand() {}

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > 65_535) {
      throw new Failure(Failure.WRONG_USAGE, "--port is " + port + ", expected 0 to 65535");
    }
    if (!proxyOnly && !address.equals(LOOPBACK)) {
      throw new Failure(
          Failure.WRONG_USAGE, "--address needs --proxy-only: a viewer started here uses loopback");
    }
    MachineStream stream = MachineStream.of(cairn.connect(), target, machine);
    if (!force) {
      Optional<Takeover.Holder> holder = Takeover.holder(stream, "vnc");
      if (holder.isPresent()) {
        ask(holder.get());
      }
    }
    try (ServerSocket listening = LocalPorts.listen(new InetSocketAddress(address, port));
        HttpClient http = stream.http()) {
      Optional<Process> viewer = announce(listening.getLocalPort());
      try {
        return serve(stream, http, listening, viewer);
      } finally {
        http.shutdownNow();
        viewer.ifPresent(Process::destroy);
      }
    }
  }

  /** Who cannot be asked, a script, is told and goes on, as with the platform's own client. */
  private static void ask(Takeover.Holder holder) {
    Optional<Console> person = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (person.isEmpty()) {
      System.err.println("Warning: the screen was " + holder + " and is taken over.");
      return;
    }
    String answer = person.get().readLine("The screen is %s. Take it over? [y/N] ", holder);
    if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
      throw new Failure(
          Failure.REFUSED,
          "the screen was left to " + holder.name() + "; --force takes it without asking");
    }
  }

  /** Tells where viewers can connect, and starts one if that is wanted and one is there. */
  private Optional<Process> announce(int chosen) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (proxyOnly) {
      out.println("{\"port\":" + chosen + "}");
      out.flush();
      return Optional.empty();
    }
    Optional<List<String>> viewer = VncViewer.command(System.getenv("PATH"), chosen);
    if (viewer.isEmpty()) {
      out.println(
          "No viewer is installed here (remote-viewer or vncviewer). The screen of %s is at vnc://%s:%d for any VNC client; Ctrl+C ends it."
              .formatted(machine, LOOPBACK, chosen));
      out.flush();
      return Optional.empty();
    }
    return Optional.of(
        new ProcessBuilder(viewer.get())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private int serve(
      MachineStream stream, HttpClient http, ServerSocket listening, Optional<Process> viewer)
      throws IOException {
    // A viewer that was closed before it connected ends the command as well.
    viewer.ifPresent(started ->
        Thread.ofVirtual().name("viewer-end").start(() -> closeAfter(started, listening)));
    while (!listening.isClosed()) {
      Socket peer;
      try {
        peer = listening.accept();
      } catch (IOException closed) {
        return 0;
      }
      Tunnel.Ended ended = show(stream, http, peer);
      if (ended.code() == Tunnel.TAKEN_OVER) {
        spec.commandLine().getErr().println("Somebody else took the screen over.");
        spec.commandLine().getErr().flush();
        return 0;
      }
      if (!ended.inGoodOrder()) {
        throw new Failure(Failure.REFUSED, StreamRefusal.said(machine, ended.reason()));
      }
    }
    return 0;
  }

  private static void closeAfter(Process viewer, ServerSocket listening) {
    try {
      viewer.waitFor();
      listening.close();
    } catch (IOException e) {
      // It was closed already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Joins one viewer with the screen, until either goes. */
  private static Tunnel.Ended show(MachineStream stream, HttpClient http, Socket peer)
      throws IOException {
    try (peer) {
      Tunnel tunnel = new Tunnel(peer.getOutputStream());
      WebSocket socket = stream.open(http, "vnc", tunnel);
      Thread.ofVirtual()
          .name("viewer")
          .start(() -> {
            try {
              tunnel.send(peer.getInputStream(), socket);
            } catch (IOException e) {
              // The viewer is gone.
            }
            tunnel.leave();
          });
      Tunnel.Ended ended = tunnel.await();
      socket.abort();
      return ended;
    }
  }
}
