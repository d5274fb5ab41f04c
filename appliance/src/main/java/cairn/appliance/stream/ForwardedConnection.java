package cairn.appliance.stream;

import static java.util.Objects.requireNonNull;

import cairn.appliance.server.StreamEndpoint.Client;
import cairn.appliance.server.StreamEndpoint.Connected;
import cairn.appliance.server.StreamEndpoint.Ending;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's way to one port of a machine, whatever the protocol. */
abstract sealed class ForwardedConnection implements Connected
    permits TcpConnection, UdpConnection {

  private static final Logger LOG = LoggerFactory.getLogger(ForwardedConnection.class);

  private final Channel channel;
  private final Consumer<ForwardedConnection> onEnd;
  private Optional<Client> client = Optional.empty();
  private boolean over;

  /**
   * @param channel to the guest, opened and not connected
   */
  ForwardedConnection(Channel channel, Consumer<ForwardedConnection> onEnd) {
    this.channel = requireNonNull(channel, "channel is null");
    this.onEnd = requireNonNull(onEnd, "onEnd is null");
  }

  /** Connects to the guest; false if that did not work and the client was told. */
  abstract boolean connect();

  /** Hands on to the client what the guest sends, until it ends. */
  abstract void pump(Client to) throws InterruptedException;

  @Override
  public final void begin(Client newcomer) {
    synchronized (this) {
      if (over) {
        newcomer.end(Ending.GONE, StreamedMachines.NOT_RUNNING);
        return;
      }
      client = Optional.of(newcomer);
    }
    if (connect()) {
      Thread.ofVirtual().name("forwarded-port").start(() -> run(newcomer));
    }
  }

  private void run(Client to) {
    try {
      pump(to);
    } catch (InterruptedException e) {
      // The process ends.
    }
  }

  @Override
  public final void ended() {
    end(Ending.DROPPED, "");
    onEnd.accept(this);
  }

  /** Ends both sides; only the first call counts. */
  final void end(Ending ending, String reason) {
    Optional<Client> told;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      told = client;
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a forwarded port did not close cleanly: {}", e.getMessage());
    }
    told.ifPresent(listener -> listener.end(ending, reason));
  }
}
