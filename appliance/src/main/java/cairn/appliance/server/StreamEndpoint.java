package cairn.appliance.server;

import cairn.appliance.access.Caller;
import java.util.List;
import java.util.Map;

/**
 * A subresource that is a two-way stream of bytes over a websocket: a console, a screen. Calls come
 * on virtual threads and may block.
 */
public interface StreamEndpoint {

  /** API group of the path. */
  String group();

  /** Version of the path. */
  String version();

  /** Plural of the path, for example {@code virtualmachines}. */
  String plural();

  /** Last word of the path, for example {@code console}. */
  String subresource();

  /**
   * Opens the stream, before the upgrade is answered.
   *
   * @throws cairn.appliance.api.Refusal the upgrade is refused with this as {@code Status}
   */
  Connected open(Call call);

  /**
   * Answers {@code probe=true}, a plain request that asks who holds the stream; UTF-8 JSON.
   *
   * @throws cairn.appliance.api.Refusal for example if there is no such machine
   */
  byte[] probe(Call call);

  /**
   * Who asks for which object.
   *
   * @param userAgent as the client names itself, empty for none
   */
  record Call(
      String namespace,
      String name,
      Map<String, List<String>> query,
      Caller caller,
      String userAgent) {}

  /** An open stream, seen from the server. */
  interface Connected {

    /**
     * The upgrade took place; called once, first. Bytes for the client go to {@code client}, from
     * any one thread at a time. May block: nothing is read from the client until it returns.
     */
    void begin(Client client);

    /**
     * Bytes from the client, in order. Slowness here slows the client.
     *
     * @param endsMessage whether these are the last bytes of a message of the client's
     */
    void received(byte[] bytes, boolean endsMessage);

    /** The client is gone, or {@link Client#end} took effect; called exactly once. */
    void ended();
  }

  /** The client's side of an open stream. Any thread. */
  interface Client {

    /**
     * Sends bytes as one message; blocks while the client does not keep up. Nothing happens after
     * the end.
     */
    void send(byte[] bytes) throws InterruptedException;

    /** Ends the stream and says why. */
    void end(Ending ending, String reason);
  }

  /** How a stream ends; what clients make of each is written in the numbers' names. */
  enum Ending {
    /** End of stream of a forwarded port. Consoles hang on it: never for them. */
    NORMAL(1000),
    /** Somebody else took over. */
    TAKEN_OVER(1001),
    /** The machine stopped or went away: clients wait and come back. */
    GONE(1011),
    /** The server stops: the connection is dropped without a word, clients come back. */
    DROPPED(0);

    private final int code;

    Ending(int code) {
      this.code = code;
    }

    /** Close code of RFC 6455; 0 for none. */
    public int code() {
      return code;
    }
  }
}
