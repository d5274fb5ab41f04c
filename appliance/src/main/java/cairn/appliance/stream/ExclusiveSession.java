package cairn.appliance.stream;

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

/** One client at one port of a machine, from the opening of the port to its end. */
final class ExclusiveSession implements Connected {

  private static final Logger LOG = LoggerFactory.getLogger(ExclusiveSession.class);
  private static final String TAKEN = "another user connected";
  private static final int CHUNK = 16 << 10;

  private final String holder;
  private final String client;
  private final Instant since;
  private final BiConsumer<MachineId, ExclusiveSession> onEnd;
  private final MachineId machine;

  private Optional<GuestStream> port = Optional.empty();
  private Optional<Client> far = Optional.empty();
  private Optional<Ending> ended = Optional.empty();

  ExclusiveSession(
      String holder,
      String client,
      Instant since,
      BiConsumer<MachineId, ExclusiveSession> onEnd,
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
    end(Ending.TAKEN_OVER, TAKEN);
  }

  @Override
  public void begin(Client newcomer) {
    GuestStream stream;
    synchronized (this) {
      if (ended.isPresent() || port.isEmpty()) {
        Ending why = ended.orElse(Ending.GONE);
        newcomer.end(why, why == Ending.TAKEN_OVER ? TAKEN : StreamedMachines.NOT_RUNNING);
        return;
      }
      far = Optional.of(newcomer);
      stream = port.get();
    }
    Thread.ofVirtual().name("stream-of-" + machine).start(() -> pump(stream, newcomer));
  }

  @Override
  public void received(byte[] bytes, boolean endsMessage) {
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
      end(Ending.GONE, StreamedMachines.NOT_RUNNING);
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
      LOG.debug("stream of {} ended: {}", machine, e.getMessage());
    } catch (InterruptedException e) {
      return; // The process ends.
    }
    end(Ending.GONE, StreamedMachines.NOT_RUNNING);
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
    open.ifPresent(ExclusiveSession::close);
    listener.ifPresent(end -> end.end(ending, reason));
  }

  private static void close(GuestStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      LOG.debug("a port of a machine did not close cleanly: {}", e.getMessage());
    }
  }
}
