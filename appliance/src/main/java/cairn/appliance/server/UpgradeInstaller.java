package cairn.appliance.server;

import cairn.appliance.access.WhoAreYou;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;

/**
 * Puts an {@link UpgradeHandler}, {@link Expectations} and {@link BrokenRequests} in front of
 * Micronaut on every HTTP/1.1 connection; {@link LostConnection}, {@link Http2Pings} and {@link
 * StalledConnection} next to the socket of every one. HTTP/2 connections are not upgraded: our
 * clients upgrade over HTTP/1.1, which ALPN gives them.
 */
final class UpgradeInstaller implements NettyServerCustomizer {

  private final Upgrades upgrades;
  private final WhoAreYou whoAreYou;
  private final Patience patience;

  UpgradeInstaller(Upgrades upgrades, WhoAreYou whoAreYou, Patience patience) {
    this.upgrades = upgrades;
    this.whoAreYou = whoAreYou;
    this.patience = patience;
  }

  @Override
  public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
    if (role != ChannelRole.CONNECTION) {
      return this;
    }
    return new NettyServerCustomizer() {
      @Override
      public void onInitialPipelineBuilt() {
        channel
            .pipeline()
            .addFirst("cairn-stalled-connection", new StalledConnection(patience.stalled()))
            .addFirst("cairn-http2-pings", new Http2Pings(patience.betweenPings()))
            .addFirst("cairn-lost-connection", new LostConnection());
      }

      @Override
      public void onStreamPipelineBuilt() {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(HttpServerCodec.class) != null) {
          pipeline.addBefore(
              ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
              "cairn-upgrade",
              new UpgradeHandler(upgrades, whoAreYou));
          pipeline.addBefore("cairn-upgrade", "cairn-expectations", new Expectations());
          pipeline.addBefore("cairn-expectations", "cairn-broken-requests", new BrokenRequests());
        }
      }
    };
  }
}
