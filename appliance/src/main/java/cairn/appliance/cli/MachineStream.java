package cairn.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletionException;

/** A stream of one machine, as the service's paths name it, and the way to it. */
record MachineStream(ApiClient client, String namespace, String machine) {

  /** The subprotocol of the platform: the bytes as they are, in binary messages. */
  private static final String PROTOCOL = "plain.virtualization.deckhouse.io";

  private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String NAME = LABEL + "(\\." + LABEL + ")*";

  /**
   * @throws Failure if a name cannot be one: it becomes part of a path, and of a command line of
   *     ssh
   */
  MachineStream {
    if (!machine.matches(NAME)) {
      throw new Failure(
          Failure.WRONG_USAGE,
          "'%s' is not the name of a machine: expected lower-case letters, digits and '-'; see: cairn get vm"
              .formatted(machine));
    }
    if (!namespace.matches(LABEL)) {
      throw new Failure(
          Failure.WRONG_USAGE,
          "'%s' is not the name of a namespace: expected lower-case letters, digits and '-'"
              .formatted(namespace));
    }
  }

  static MachineStream of(ApiClient client, Target target, String machine) {
    return new MachineStream(client, target.namespace(client.kubeconfig()), machine);
  }

  /**
   * @param stream last word of the path, with the query if there is one
   */
  String path(String stream) {
    return "/apis/subresources.virtualization.deckhouse.io/v1alpha2/namespaces/%s/virtualmachines/%s/%s"
        .formatted(namespace, machine, stream);
  }

  HttpClient http() {
    return HttpClient.newBuilder().sslContext(client.tls()).build();
  }

  /**
   * Opens the stream.
   *
   * @throws Failure if the service refuses it or cannot be reached
   */
  WebSocket open(HttpClient http, String stream, WebSocket.Listener listener) {
    String server = client.kubeconfig().server().toString().replaceFirst("^http", "ws");
    WebSocket.Builder builder =
        http.newWebSocketBuilder().subprotocols(PROTOCOL).header("User-Agent", "cairn");
    client
        .kubeconfig()
        .token()
        .ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    try {
      return builder
          .buildAsync(URI.create(server.replaceAll("/$", "") + path(stream)), listener)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw new Failure(Failure.REFUSED, StreamRefusal.said(machine, reason(refused)), e);
      }
      throw new Failure(Failure.UNREACHABLE, "the machine cannot be reached: " + e.getCause(), e);
    }
  }

  private static String reason(WebSocketHandshakeException refused) {
    Object body = refused.getResponse().body();
    String text = body instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(body);
    String message =
        text.startsWith("{") ? Documents.JSON.readTree(text).path("message").asString("") : "";
    return message.isEmpty()
        ? "the stream was refused with code "
            + refused.getResponse().statusCode()
            + "; is the machine running? See: cairn get vm"
        : message;
  }
}
