package cairn.appliance.server;

import java.util.function.Supplier;

/** Decides about requests to upgrade to a websocket. Blocks; any thread may call. */
@FunctionalInterface
interface Upgrades {

  /**
   * @throws cairn.appliance.api.Refusal answered as {@code Status} instead of the upgrade
   */
  Upgraded accept(Request request);

  /** What runs over the websocket. */
  sealed interface Upgraded {

    /** Events of a watch, one text message each; what the client sends is ignored. */
    record Events(FrameSource frames) implements Upgraded {}

    /**
     * A stream of bytes both ways.
     *
     * @param opening opens it: to be called when nothing else can refuse the upgrade, because it
     *     may take the stream from somebody; throws a Refusal too
     */
    record Bytes(Supplier<StreamEndpoint.Connected> opening) implements Upgraded {}
  }
}
