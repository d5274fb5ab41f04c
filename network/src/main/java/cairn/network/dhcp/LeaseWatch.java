package cairn.network.dhcp;

import cairn.network.MacAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the leases change. The file is watched (inotify) rather than a script called by
 * dnsmasq: no program runs as root for every packet of a guest, and nothing is lost while we are
 * away.
 */
public final class LeaseWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);

  private final LeaseFile leases;
  private final WatchService events;
  private final Thread thread;
  private final Consumer<MacAddress> listener;

  LeaseWatch(LeaseFile leases, Consumer<MacAddress> listener) {
    this.leases = leases;
    this.listener = listener;
    Path directory = leases.path().toAbsolutePath().getParent();
    if (directory == null) {
      throw new IllegalArgumentException("lease file " + leases.path() + " is in no directory");
    }
    try {
      events = FileSystems.getDefault().newWatchService();
      directory.register(
          events,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = Thread.ofVirtual().name("leases of " + directory).start(this::watch);
  }

  @Override
  public void close() {
    try {
      events.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.interrupt();
  }

  private void watch() {
    Set<Lease> before = Set.of();
    try {
      boolean watched = true;
      while (watched) {
        // The first look is before the first event: leases may have changed while we were away.
        before = tell(before);
        WatchKey key = events.take();
        key.pollEvents();
        watched = key.reset();
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      log.debug("watch of {} ended", leases.path());
    }
  }

  private Set<Lease> tell(Set<Lease> before) {
    Set<Lease> now = Set.copyOf(leases.leases());
    Set<MacAddress> changed = new HashSet<>();
    now.stream().filter(lease -> !before.contains(lease)).forEach(l -> changed.add(l.mac()));
    before.stream().filter(lease -> !now.contains(lease)).forEach(l -> changed.add(l.mac()));
    for (MacAddress mac : changed) {
      try {
        listener.accept(mac);
      } catch (RuntimeException e) {
        log.error("A listener for leases failed on {}", mac, e);
      }
    }
    return now;
  }
}
