package cairn.network.linux;

import cairn.network.NetworkHealth.Concern;
import cairn.network.link.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host's switch for passing packets on. What it was before us is written down in our directory
 * and in the alias of our bridge, where another installation on this host finds it: whoever leaves
 * last puts it back.
 *
 * <p>The kernel also changes {@code accept_redirects} of all devices whenever the switch is moved
 * (inet_forward_change), so that value is kept and put back with it.
 */
final class Forwarding {

  private static final Pattern OUR_BRIDGE = Pattern.compile("cb[a-z2-7]{4}[0-9a-f]{8}");
  private static final Pattern ALIAS = Pattern.compile("cairn/.*/forwarding-was-([01])-([01])");

  private final Path kernel;
  private final Path record;
  private final String bridge;

  /**
   * @param kernel {@code /proc/sys}
   * @param record file of our own
   */
  Forwarding(Path kernel, Path record, String bridge) {
    this.kernel = kernel;
    this.record = record;
    this.bridge = bridge;
  }

  /** What was before any of us; noted now if it is not yet. */
  Before before(Collection<Link> links) {
    String boot = read(kernel.resolve("kernel/random/boot_id"));
    Optional<Before> noted = noted(boot);
    if (noted.isPresent()) {
      return noted.get();
    }
    Before before =
        others(links)
            .map(Link::alias)
            .map(Before::ofAlias)
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> new Before(read(forward()), read(redirects())));
    try {
      Files.writeString(
          record, "%s %s %s\n".formatted(boot, before.forwarding(), before.redirects()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return before;
  }

  /** Switches forwarding on; call only after {@link #before}. */
  Optional<Concern> switchOn() {
    try {
      if (!read(forward()).equals("1")) {
        Files.writeString(forward(), "1\n");
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          new Concern(
              "ForwardingRefused",
              "Machines cannot reach beyond the host: net.ipv4.ip_forward could not be set to 1 ("
                  + e.getMessage()
                  + "); run 'sysctl -w net.ipv4.ip_forward=1'."));
    }
  }

  /**
   * Puts back what was, unless another network of ours needs it, somebody else has changed it
   * meanwhile, or the host was started anew since.
   */
  void putBack(Collection<Link> links) {
    Optional<Before> before = noted(read(kernel.resolve("kernel/random/boot_id")));
    try {
      if (before.isPresent()
          && before.get().forwarding().equals("0")
          && read(forward()).equals("1")
          && others(links).findAny().isEmpty()) {
        Files.writeString(forward(), "0\n");
        Files.writeString(redirects(), before.get().redirects() + "\n");
      }
      Files.deleteIfExists(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bridges of other networks of ours, of other installations too. */
  private Stream<Link> others(Collection<Link> links) {
    return links.stream()
        .filter(link -> OUR_BRIDGE.matcher(link.name()).matches() && !link.name().equals(bridge));
  }

  private Optional<Before> noted(String boot) {
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    List<String> words = List.of(read(record).split(" ", -1));
    return words.size() == 3 && words.getFirst().equals(boot)
        ? Optional.of(new Before(words.get(1), words.get(2)))
        : Optional.empty();
  }

  private Path forward() {
    return kernel.resolve("net/ipv4/ip_forward");
  }

  private Path redirects() {
    return kernel.resolve("net/ipv4/conf/all/accept_redirects");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kernel's two values, 0 or 1 each. */
  record Before(String forwarding, String redirects) {

    /** As part of the bridge's alias. */
    String words() {
      return "forwarding-was-" + forwarding + "-" + redirects;
    }

    static Optional<Before> ofAlias(String alias) {
      Matcher words = ALIAS.matcher(alias);
      return words.matches()
          ? Optional.of(new Before(words.group(1), words.group(2)))
          : Optional.empty();
    }
  }
}
