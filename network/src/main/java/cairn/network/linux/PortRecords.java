package cairn.network.linux;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Port;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ports that were asked for, one file each, written before the tap is made and kept until it is
 * gone: so after a crash at any moment every tap of ours is known, with what it may send.
 */
final class PortRecords {

  private final Path ports;
  private final Path leaving;

  PortRecords(Path directory) {
    this.ports = directory.resolve("ports");
    this.leaving = directory.resolve("leaving");
  }

  void put(Port port) {
    try {
      Files.createDirectories(ports);
      Path draft = ports.resolve("." + port.tap());
      Files.writeString(draft, port.mac() + " " + port.address() + "\n");
      Files.move(draft, ports.resolve(port.tap()), StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(leaving.resolve(port.tap()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what a kill between writing and renaming left; not while another writes. */
  void removeDrafts() {
    if (!Files.isDirectory(ports)) {
      return;
    }
    try (DirectoryStream<Path> drafts = Files.newDirectoryStream(ports, ".*")) {
      for (Path draft : drafts) {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ports that should be there. */
  List<Port> present() {
    return names(ports).stream().map(this::read).flatMap(Optional::stream).toList();
  }

  boolean isPresent(String tap) {
    return Files.exists(ports.resolve(tap));
  }

  /** Taps that are being deleted. */
  List<String> leaving() {
    return names(leaving);
  }

  /** Notes that the tap goes. */
  void leave(String tap) {
    try {
      if (isPresent(tap)) {
        Files.createDirectories(leaving);
        Files.move(ports.resolve(tap), leaving.resolve(tap), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets a tap that is gone. */
  void forget(String tap) {
    try {
      Files.deleteIfExists(ports.resolve(tap));
      Files.deleteIfExists(leaving.resolve(tap));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Port> read(String tap) {
    try {
      String[] words = Files.readString(ports.resolve(tap)).strip().split(" ", -1);
      return words.length == 2
          ? Optional.of(new Port(tap, new MacAddress(words[0]), Ipv4Address.parse(words[1])))
          : Optional.empty();
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "ct*")) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.sort(null);
    return List.copyOf(names);
  }
}
