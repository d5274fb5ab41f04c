package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes websocket upgrades off an HTTP/1.1 connection before Micronaut sees them. Micronaut matches
 * websockets by annotated route and fixed subprotocols and cannot answer a refused one by a body;
 * here any path may be upgraded, after the same decisions as any other request, and a refusal is a
 * {@code Status}.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // A failed write closes the channel; nobody is left to tell.
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(UpgradeHandler.class);
  private static final int LARGEST_FRAME = 1 << 20;

  private final Upgrades upgrades;
  private final Callers callers;
  private boolean taken;

  UpgradeHandler(Upgrades upgrades, Callers callers) {
    this.upgrades = upgrades;
    this.callers = callers;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request
        && request.decoderResult().isSuccess()
        && wantsWebsocket(request.headers())) {
      taken = true;
      try {
        decide(context, request);
      } catch (Refusal refusal) {
        LastWord.say(context, refusal);
      }
      ReferenceCountUtil.release(message);
    } else if (taken && message instanceof HttpContent) {
      // An upgrade has no body; its empty end belongs to us as well.
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private static boolean wantsWebsocket(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  private void decide(ChannelHandlerContext context, HttpRequest request) {
    HttpHeaders headers = request.headers();
    RequestTarget target = RequestTarget.parse(request.uri());
    Request asked =
        new Request(
            request.method().name(),
            target.path(),
            target.query(),
            new Request.Headers(
                String.join(",", headers.getAll(HttpHeaderNames.ACCEPT)),
                headers.get(HttpHeaderNames.CONTENT_TYPE, ""),
                headers.get(HttpHeaderNames.USER_AGENT, ""),
                ""),
            callers.of(context.channel()),
            new byte[0]);
    List<String> offered =
        Subprotocols.offered(
            String.join(",", headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)));
    FullHttpRequest upgrade =
        new DefaultFullHttpRequest(
            request.protocolVersion(),
            request.method(),
            request.uri(),
            Unpooled.EMPTY_BUFFER,
            headers.copy(),
            EmptyHttpHeaders.INSTANCE);
    requireHandshake(headers);
    Impersonation.refuse(headers.names(), asked.caller());
    Thread.ofVirtual().name("upgrade").start(() -> answer(context, asked, upgrade, offered));
  }

  /** RFC 6455, 4.2.1: without these nothing can be shaken. */
  private static void requireHandshake(HttpHeaders headers) {
    if (!headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "").equals("13")
        || headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").isBlank()) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "an upgrade to a websocket needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key");
    }
  }

  private void answer(
      ChannelHandlerContext context, Request asked, FullHttpRequest upgrade, List<String> offered) {
    try {
      switch (upgrades.accept(asked)) {
        case Upgrades.Upgraded.Events(FrameSource frames) ->
            shake(
                context, upgrade, Subprotocols.forEvents(offered), new EventsOverWebsocket(frames));
        case Upgrades.Upgraded.Bytes(Supplier<StreamEndpoint.Connected> opening) -> {
          Optional<String> chosen = Subprotocols.forBytes(offered);
          boolean base64 = chosen.filter(Subprotocols.BASE64::equals).isPresent();
          shake(context, upgrade, chosen, new BytesOverWebsocket(opening.get(), base64));
        }
      }
    } catch (Refusal refusal) {
      LastWord.say(context, refusal);
    } catch (RuntimeException e) {
      LOG.error("cannot upgrade {}: {}", upgrade.uri(), e.getMessage(), e);
      LastWord.say(
          context,
          new Refusal(Reason.INTERNAL_ERROR, "Internal error occurred: " + e.getMessage()));
    }
  }

  private static void shake(
      ChannelHandlerContext context,
      FullHttpRequest upgrade,
      Optional<String> subprotocol,
      WebsocketHandler handler) {
    context
        .channel()
        .eventLoop()
        .execute(() -> {
          if (!context.channel().isActive()) {
            // Gone while the stream was opened, and the pipeline with it.
            handler.abandon();
            return;
          }
          WebSocketServerHandshaker handshaker =
              new WebSocketServerHandshakerFactory(
                      upgrade.uri(), subprotocol.orElse(null), false, LARGEST_FRAME)
                  .newHandshaker(upgrade);
          if (handshaker == null) {
            handler.abandon();
            LastWord.say(
                context,
                new Refusal(
                    Reason.BAD_REQUEST, "only version 13 of the websocket protocol is spoken"));
            return;
          }
          context.pipeline().remove(ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND);
          context.pipeline().addLast("cairn-websocket", handler);
          handshaker
              .handshake(context.channel(), upgrade)
              .addListener(
                  (ChannelFutureListener)
                      done -> {
                        if (done.isSuccess()) {
                          context.pipeline().remove(UpgradeHandler.class);
                          handler.begin();
                        } else {
                          done.channel().close();
                        }
                      });
        });
  }
}
