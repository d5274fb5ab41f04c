package cairn.appliance;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who this installation is: fixed at its first start, kept in {@code <state>/identity}, because
 * names of domains, taps and rules are made from it.
 *
 * @param instance four characters of {@code [a-z2-7]}
 * @param nodeName name of the Node object
 */
record Identity(String instance, String nodeName) {

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 4;

  Identity {
    requireNonNull(instance, "instance is null");
    requireNonNull(nodeName, "nodeName is null");
  }

  static Identity open(Path state, Optional<String> configuredName, RandomGenerator random) {
    Path file = state.resolve("identity");
    try {
      if (!Files.exists(file)) {
        keep(file, new Identity(drawn(random), configuredName.orElseGet(Identity::hostName)));
      }
      List<String> lines = Files.readAllLines(file);
      return new Identity(lines.get(0), lines.get(1));
    } catch (IOException e) {
      throw new UncheckedIOException("who this installation is cannot be read from " + file, e);
    }
  }

  private static void keep(Path file, Identity identity) throws IOException {
    Path fresh = file.resolveSibling("identity.new");
    Files.writeString(fresh, identity.instance + "\n" + identity.nodeName + "\n");
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String drawn(RandomGenerator random) {
    StringBuilder drawn = new StringBuilder();
    random
        .ints(LENGTH, 0, LETTERS.length())
        .forEach(letter -> drawn.append(LETTERS.charAt(letter)));
    return drawn.toString();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      return "cairn";
    }
  }
}
