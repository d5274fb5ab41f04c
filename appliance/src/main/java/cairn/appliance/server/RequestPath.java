package cairn.appliance.server;

import io.micronaut.http.body.stream.BodySizeLimits;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.handler.PipeliningServerHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Clock;

/**
 * Lays the path of requests through the pipelines that Micronaut builds: {@link Edge} takes the
 * place of Micronaut's routing on every HTTP/1.1 connection and every HTTP/2 stream. {@link
 * UpgradeHandler}, {@link Expectations} and {@link BrokenRequests} stand in front of it on HTTP/1.1
 * connections; {@link Http2Pings} and {@link StalledConnection} next to the socket of every
 * connection. HTTP/2 connections are not upgraded: our clients upgrade over HTTP/1.1, which ALPN
 * gives them.
 */
final class RequestPath implements NettyServerCustomizer {

  /** A body that streams has no limit here: whoever takes it knows how large it may be. */
  private static final BodySizeLimits LIMITS =
      new BodySizeLimits(Long.MAX_VALUE, ApiServer.LARGEST_BODY);

  private final Api api;
  private final Upgrades upgrades;
  private final Callers callers;
  private final Patience patience;
  private final RequestFigures figures;
  private final DateHeader date = new DateHeader(Clock.systemUTC());
  private final LargeBodies large = new LargeBodies();

  RequestPath(
      Api api, Upgrades upgrades, Callers callers, Patience patience, RequestFigures figures) {
    this.api = api;
    this.upgrades = upgrades;
    this.callers = callers;
    this.patience = patience;
    this.figures = figures;
  }

  @Override
  public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
    return switch (role) {
      case CONNECTION -> new OnConnection(channel);
      case REQUEST_STREAM -> new OnStream(channel);
      default -> this;
    };
  }

  private void answerIn(ChannelPipeline pipeline) {
    PipeliningServerHandler handler =
        new PipeliningServerHandler(new Edge(api, callers, patience, date, large, figures));
    handler.setBodySizeLimits(LIMITS);
    // Nor here: this handler does not know the configuration.
    handler.setRequestDecompressionEnabled(false);
    String inbound = ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND;
    pipeline.replace(inbound, inbound, handler);
  }

  private final class OnConnection implements NettyServerCustomizer {

    private final Channel channel;

    OnConnection(Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel inner, ChannelRole role) {
      return RequestPath.this.specializeForChannel(inner, role);
    }

    @Override
    public void onInitialPipelineBuilt() {
      channel
          .pipeline()
          .addFirst("cairn-stalled-connection", new StalledConnection(patience.stalled()))
          .addFirst("cairn-http2-pings", new Http2Pings(patience.betweenPings()));
    }

    @Override
    public void onStreamPipelineBuilt() {
      ChannelPipeline pipeline = channel.pipeline();
      if (pipeline.get(HttpServerCodec.class) != null) {
        answerIn(pipeline);
        pipeline.addBefore(
            ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
            "cairn-upgrade",
            new UpgradeHandler(upgrades, callers));
        pipeline.addBefore("cairn-upgrade", "cairn-expectations", new Expectations());
        pipeline.addBefore("cairn-expectations", "cairn-broken-requests", new BrokenRequests());
      }
    }
  }

  private final class OnStream implements NettyServerCustomizer {

    private final Channel channel;

    OnStream(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onStreamPipelineBuilt() {
      answerIn(channel.pipeline());
    }
  }
}
