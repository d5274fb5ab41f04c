package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which of the offered websocket subprotocols is answered. A browser fails the connection when it
 * offered some and none comes back; {@code d8} and {@code virtctl} each offer their own.
 */
final class Subprotocols {

  /** Text messages that hold base64. */
  static final String BASE64 = "base64.binary.k8s.io";

  /** A browser's way to send a token: read elsewhere, never echoed, never logged. */
  private static final String BEARER = "base64url.bearer.authorization.k8s.io.";

  private static final List<String> STREAMS =
      List.of("plain.virtualization.deckhouse.io", "plain.kubevirt.io", "binary", BASE64);

  private Subprotocols() {}

  /** Reads the header; the bearer's entry is left out. */
  static List<String> offered(String header) {
    return Arrays.stream(header.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty() && !name.startsWith(BEARER))
        .toList();
  }

  /** For a stream of bytes: the first of ours that was offered; empty if nothing was. */
  static Optional<String> forBytes(List<String> offered) {
    if (offered.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        STREAMS.stream()
            .filter(offered::contains)
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    Reason.BAD_REQUEST,
                    "none of the offered websocket subprotocols is known; known are "
                        + String.join(", ", STREAMS))));
  }

  /** For a watch any will do: events are text whatever the name. */
  static Optional<String> forEvents(List<String> offered) {
    return offered.stream().findFirst();
  }
}
