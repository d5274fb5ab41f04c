package cairn.network.linux;

import cairn.network.NetworkFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Takes the parts of a network away one by one, and remembers which could not go. */
final class Removal {

  private final String network;
  private final List<String> left = new ArrayList<>();

  Removal(String network) {
    this.network = network;
  }

  void of(String part, Step step) {
    try {
      step.run();
    } catch (NetworkFault | IOException | UncheckedIOException e) {
      left.add("%s: %s".formatted(part, e.getMessage()));
    }
  }

  /** Ends with a fault that names all that is left. */
  void orFault() {
    if (!left.isEmpty()) {
      throw new NetworkFault(
          NetworkFault.Kind.BROKEN,
          "NotRemoved",
          "Network %s is not gone. Left are %s".formatted(network, String.join("; ", left)),
          null);
    }
  }

  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }
}
