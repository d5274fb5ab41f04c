package cairn.network.dhcp;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Leases as dnsmasq keeps them. It writes in place (truncate, write, flush), so a reader may come
 * between: what looks cut is read again.
 */
final class LeaseFile {

  private static final int TRIES = 5;
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final Path file;

  LeaseFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  List<Lease> leases() {
    String text = "";
    for (int read = 0; read < TRIES; read++) {
      text = text();
      if (text.endsWith("\n") || !Files.exists(file)) {
        break;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return Lease.parse(text);
  }

  Optional<Lease> of(MacAddress mac) {
    return leases().stream().filter(lease -> lease.mac().equals(mac)).findFirst();
  }

  Optional<Lease> at(Ipv4Address address) {
    return leases().stream().filter(lease -> lease.address().equals(address)).findFirst();
  }

  /** Drops rows; only while no dnsmasq runs, which would write its own view over ours. */
  void remove(Predicate<Lease> unwanted) {
    List<String> lines =
        text().lines().filter(line -> Lease.parse(line).stream().noneMatch(unwanted)).toList();
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text() {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
