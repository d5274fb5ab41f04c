package cairn.network.dhcp;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Reservation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reservations as dnsmasq reads them, one file each: it notices a file that is renamed into the
 * directory at once (inotify), and passes over names that begin with a dot.
 */
final class ReservationFiles {

  /**
   * Ends every name: without it dnsmasq takes one that is a number, "5m" or "infinite" for a lease
   * time, and gives the machine that is called "ignore" no address.
   */
  private static final String ROOT = ".";

  private final Path directory;
  private final String leaseTime;

  ReservationFiles(Path directory, String leaseTime) {
    this.directory = directory;
    this.leaseTime = leaseTime;
  }

  List<Reservation> all() {
    List<Reservation> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[0-9a-f]*")) {
      for (Path file : files) {
        read(file).ifPresent(found::add);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparing(Reservation::address));
    return List.copyOf(found);
  }

  Optional<Reservation> of(MacAddress mac) {
    return read(file(mac));
  }

  /** Writes the reservation if it is not there word for word. */
  void put(Reservation reservation) {
    Path file = file(reservation.mac());
    String line =
        "%s,%s,%s%s,%s\n"
            .formatted(
                reservation.mac(), reservation.address(), reservation.name(), ROOT, leaseTime);
    try {
      if (Files.exists(file) && Files.readString(file).equals(line)) {
        return;
      }
      Path draft = directory.resolve("." + file.getFileName());
      Files.writeString(draft, line);
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what a kill between writing and renaming left; not while another writes. */
  void removeDrafts() {
    try (DirectoryStream<Path> drafts = Files.newDirectoryStream(directory, ".*")) {
      for (Path draft : drafts) {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes the reservation's file.
   *
   * @return whether there was one
   */
  boolean delete(MacAddress mac) {
    try {
      return Files.deleteIfExists(file(mac));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(MacAddress mac) {
    return directory.resolve(mac.text().replace(':', '-'));
  }

  /**
   * A file that is not as we write them was never finished by us, or is another's: none of ours.
   */
  private static Optional<Reservation> read(Path file) {
    try {
      String[] words = Files.readString(file).strip().split(",", -1);
      return words.length == 4
          ? Optional.of(
              new Reservation(
                  new MacAddress(words[0]),
                  Ipv4Address.parse(words[1]),
                  words[2].replace(ROOT, "")))
          : Optional.empty();
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
