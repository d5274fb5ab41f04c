package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.UptimeClock;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageCache;
import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transfers under way, each on its own virtual thread, known by the uid of the object they are for.
 * Nothing of it is stored: after a restart a transfer begins from scratch. Any thread may call.
 */
public final class Imports implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Imports.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(3);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** How a transfer stands. */
  public sealed interface State {

    /** Bytes are coming. */
    record Running(long transferred, OptionalLong expected, Duration lasted) implements State {}

    record Done(CachedImage image, Duration lasted) implements State {}

    /** It cannot work as it is. */
    record Failed(String reason, String message) implements State {}

    /** It did not work this time; the next attempt comes by itself. */
    record Waiting(String reason, String message, Duration left) implements State {

      /** What the Ready condition says meanwhile. */
      public String readyReason() {
        return reason.equals("ImagePullFailed") ? reason : "ProvisioningFailed";
      }
    }
  }

  private final ImageCache cache;
  private final UptimeClock clock;
  private final Map<UUID, Transfer> transfers = new HashMap<>();

  public Imports(ImageCache cache, UptimeClock clock) {
    this.cache = requireNonNull(cache, "cache is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * How the transfer for the object stands; begins it if there is none, and again if the source
   * changed or the wait after a fault is over.
   *
   * @param changed called from the transfer's thread when it has ended
   */
  public synchronized State state(UUID object, ImageSource source, Runnable changed) {
    Transfer transfer = transfers.get(object);
    if (transfer != null && !transfer.source.equals(source)) {
      transfer.cancelled = true;
      transfer = null;
    }
    if (transfer != null
        && transfer.state instanceof State.Waiting
        && clock.uptime().compareTo(transfer.again) >= 0) {
      transfer = begin(object, source, changed, transfer.attempts);
    }
    if (transfer == null) {
      transfer = begin(object, source, changed, 0);
    }
    if (transfer.state instanceof State.Waiting waiting) {
      return new State.Waiting(
          waiting.reason(), waiting.message(), transfer.again.minus(clock.uptime()));
    }
    return transfer.state;
  }

  /** Ends the transfer if one runs, and forgets it. */
  public synchronized void forget(UUID object) {
    Transfer transfer = transfers.remove(object);
    if (transfer != null) {
      transfer.cancelled = true;
    }
  }

  /** Contents that came in and that no object may have written down yet. */
  public synchronized Set<ContentId> arrived() {
    Set<ContentId> contents = new HashSet<>();
    for (Transfer transfer : transfers.values()) {
      if (transfer.state instanceof State.Done done) {
        contents.add(done.image().content());
      }
    }
    return contents;
  }

  /** Whether a transfer is between its first byte and its end. */
  public synchronized boolean busy() {
    return transfers.values().stream().anyMatch(each -> each.state instanceof State.Running);
  }

  @Override
  public synchronized void close() {
    transfers.values().forEach(transfer -> transfer.cancelled = true);
    transfers.clear();
  }

  private Transfer begin(UUID object, ImageSource source, Runnable changed, int attempts) {
    Transfer transfer = new Transfer(source, clock.uptime(), attempts + 1);
    transfers.put(object, transfer);
    Thread.ofVirtual().name("import-" + object).start(() -> run(object, transfer, changed));
    return transfer;
  }

  private void run(UUID object, Transfer transfer, Runnable changed) {
    try {
      CachedImage image =
          cache.bringIn(transfer.source, (bytes, expected) -> progress(transfer, bytes, expected));
      settle(transfer, new State.Done(image, clock.uptime().minus(transfer.since)));
    } catch (StorageFault fault) {
      settle(transfer, state(transfer, fault));
    } catch (CancellationException e) {
      log.info("The import for {} was given up: its object is gone or changed", object);
      return;
    }
    changed.run();
  }

  private State state(Transfer transfer, StorageFault fault) {
    String message = fault.getMessage() + "";
    return switch (fault.kind()) {
      case REJECTED -> new State.Failed(fault.reason(), message);
      case MISSING, EXHAUSTED, TRANSIENT, BROKEN -> {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(transfer.attempts - 1, 7));
        yield new State.Waiting(
            fault.reason(), message, wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
      }
    };
  }

  private synchronized void settle(Transfer transfer, State state) {
    if (state instanceof State.Waiting waiting) {
      transfer.again = clock.uptime().plus(waiting.left());
    }
    transfer.state = state;
  }

  private synchronized void progress(Transfer transfer, long bytes, OptionalLong expected) {
    if (transfer.cancelled) {
      throw new CancellationException("nobody wants it any more");
    }
    transfer.state = new State.Running(bytes, expected, clock.uptime().minus(transfer.since));
  }

  /** One attempt; guarded by the registry. */
  private static final class Transfer {
    private final ImageSource source;
    private final Duration since;
    private final int attempts;
    private State state = new State.Running(0, OptionalLong.empty(), Duration.ZERO);
    private Duration again = Duration.ZERO;
    private boolean cancelled;

    Transfer(ImageSource source, Duration since, int attempts) {
      this.source = source;
      this.since = since;
      this.attempts = attempts;
    }
  }
}
