package cairn.appliance.console;

import static java.util.Objects.requireNonNull;

import cairn.appliance.server.StreamEndpoint.Client;
import cairn.appliance.server.StreamEndpoint.Connected;
import cairn.appliance.server.StreamEndpoint.Ending;
import cairn.hypervisor.GuestStream;
import cairn.hypervisor.MachineId;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client at one machine's serial port, from the opening of the port to its end. */
final class SerialSession implements Connected {

  private static final Logger LOG = LoggerFactory.getLogger(SerialSession.class);
  private static final int CHUNK = 16 << 10;

  private final String holder;
  private final String client;
  private final Instant since;
  private final BiConsumer<MachineId, SerialSession> onEnd;
  private final MachineId machine;

  private Optional<GuestStream> port = Optional.empty();
  private Optional<Client> far = Optional.empty();
  private Optional<Ending> ended = Optional.empty();

  SerialSession(
      String holder,
      String client,
      Instant since,
      BiConsumer<MachineId, SerialSession> onEnd,
      MachineId machine) {
    this.holder = requireNonNull(holder, "holder is null");
    this.client = requireNonNull(client, "client is null");
    this.since = requireNonNull(since, "since is null");
    this.onEnd = requireNonNull(onEnd, "onEnd is null");
    this.machine = requireNonNull(machine, "machine is null");
  }

  String holder() {
    return holder;
  }

  String client() {
    return client;
  }

  Instant since() {
    return since;
  }

  /** Gives the session its port; one that ended meanwhile closes it at once. */
  synchronized void attach(GuestStream stream) {
    if (ended.isPresent()) {
      close(stream);
      return;
    }
    port = Optional.of(stream);
  }

  /** Lets go of the port, so that the next holder can open it, and tells the client why. */
  void takeOver() {
    end(Ending.TAKEN_OVER, "another user connected");
  }

  @Override
  public void begin(Client newcomer) {
    GuestStream stream;
    synchronized (this) {
      if (ended.isPresent() || port.isEmpty()) {
        newcomer.end(ended.orElse(Ending.GONE), "the console was taken over");
        return;
      }
      far = Optional.of(newcomer);
      stream = port.get();
    }
    Thread.ofVirtual().name("console-" + machine).start(() -> pump(stream, newcomer));
  }

  @Override
  public void received(byte[] bytes) {
    Optional<GuestStream> open;
    synchronized (this) {
      open = port;
    }
    if (open.isEmpty()) {
      return;
    }
    try {
      open.get().toGuest().write(bytes);
      open.get().toGuest().flush();
    } catch (IOException e) {
      end(Ending.GONE, "VirtualMachine is not Running");
    }
  }

  @Override
  public void ended() {
    end(Ending.DROPPED, "");
    onEnd.accept(machine, this);
  }

  private void pump(GuestStream stream, Client to) {
    byte[] buffer = new byte[CHUNK];
    try {
      for (int count = stream.fromGuest().read(buffer);
          count >= 0;
          count = stream.fromGuest().read(buffer)) {
        to.send(Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      LOG.debug("console of {} ended: {}", machine, e.getMessage());
    } catch (InterruptedException e) {
      return; // The process ends.
    }
    end(Ending.GONE, "VirtualMachine is not Running");
  }

  private void end(Ending ending, String reason) {
    Optional<GuestStream> open;
    Optional<Client> listener;
    synchronized (this) {
      if (ended.isPresent()) {
        return;
      }
      ended = Optional.of(ending);
      open = port;
      listener = far;
      port = Optional.empty();
    }
    open.ifPresent(SerialSession::close);
    listener.ifPresent(end -> end.end(ending, reason));
  }

  private static void close(GuestStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      LOG.debug("a serial port did not close cleanly: {}", e.getMessage());
    }
  }
}
