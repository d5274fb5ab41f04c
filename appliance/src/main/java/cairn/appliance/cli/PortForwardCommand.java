package cairn.appliance.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "port-forward",
    description = "Makes ports of a machine reachable here, through the service.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  cairn port-forward front 8080:80            its port 80 as 127.0.0.1:8080",
      "  cairn port-forward front 5432 udp/5353:53   two ports, one of them UDP",
      "  cairn port-forward front 22 --stdio         one port on standard input and output"
    })
final class PortForwardCommand implements Callable<Integer> {

  /** So long nothing comes after the end of the input, and the answer is taken to be complete. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MACHINE", description = "The machine's name.")
  private String machine;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "[PROTOCOL/]LOCAL[:TARGET]",
      description =
          "A port here, 0 for any free one, and the machine's, if it is another. PROTOCOL is tcp"
              + " or udp; tcp unless said.")
  private List<String> ports;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address of this computer to listen on. Default: ${DEFAULT-VALUE}.")
  private String address;

  @Option(
      names = "--stdio",
      // d8 writes --stdio=true, and so do the ssh configurations that people have.
      arity = "0..1",
      fallbackValue = "true",
      description = "Instead of listening, join one TCP port with standard input and output.")
  private boolean stdio;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  PortForwardCommand() {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    List<ForwardSpec> wanted = ports.stream().map(ForwardSpec::parse).toList();
    if (stdio && (wanted.size() != 1 || wanted.getFirst().udp())) {
      throw new Failure(Failure.WRONG_USAGE, "--stdio joins exactly one TCP port");
    }
    MachineStream stream = MachineStream.of(cairn.connect(), target, machine);
    try (HttpClient http = stream.http()) {
      try {
        return stdio ? join(stream, http, wanted.getFirst()) : listen(stream, http, wanted);
      } finally {
        http.shutdownNow();
      }
    }
  }

  private static int join(MachineStream stream, HttpClient http, ForwardSpec spec)
      throws InterruptedException, IOException {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      Tunnel tunnel = new Tunnel(out);
      WebSocket socket = stream.open(http, spec.stream(), tunnel);
      Thread input =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                tunnel.send(System.in, socket);
                quietly(tunnel);
                tunnel.sayGoodbye(socket);
              });
      Tunnel.Ended ended = tunnel.await();
      input.interrupt();
      socket.abort();
      if (!ended.inGoodOrder()) {
        throw new Failure(Failure.REFUSED, StreamRefusal.said(stream.machine(), ended.reason()));
      }
      return 0;
    }
  }

  private static void quietly(Tunnel tunnel) {
    try {
      tunnel.awaitQuiet(QUIET);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int listen(MachineStream stream, HttpClient http, List<ForwardSpec> wanted)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<Thread> serving = new ArrayList<>();
    for (ForwardSpec each : wanted) {
      InetSocketAddress here = new InetSocketAddress(address, each.local());
      int port;
      Runnable serve;
      if (each.udp()) {
        UdpListener listener = new UdpListener(here, stream, http, each, err);
        port = listener.port();
        serve = listener::serve;
      } else {
        TcpListener listener = new TcpListener(here, stream, http, each, err);
        port = listener.port();
        serve = listener::serve;
      }
      out.println(
          "Forwarding %s %s:%d to port %d of %s"
              .formatted(each.protocol(), address, port, each.target(), machine));
      serving.add(Thread.ofPlatform().name("port-" + port).start(serve));
    }
    out.flush();
    for (Thread thread : serving) {
      thread.join();
    }
    return 0;
  }
}
