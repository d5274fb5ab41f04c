package cairn.appliance.bench;

import cairn.appliance.access.CertificateAuthority;
import cairn.appliance.server.Clients;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * As little as serves bytes over TLS: what the API's throughput is measured beside. Same
 * certificates, same TLS, same Netty; nothing is decided and nothing is made. Arguments: folder
 * with {@code pki}, the bytes of {@code one} and of {@code list}. Prints its port.
 */
final class RawServer {

  private RawServer() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    byte[] one = Files.readAllBytes(folder.resolve("one"));
    byte[] list = Files.readAllBytes(folder.resolve("list"));
    CertificateAuthority authority =
        CertificateAuthority.open(folder.resolve("pki"), Instant.EPOCH.plusSeconds(1_700_000_000));
    SSLContext tls =
        Clients.tls(authority, Optional.of(authority.server(List.of("localhost", "127.0.0.1"))));
    Channel listener =
        new ServerBootstrap()
            .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()))
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SSLEngine engine = tls.createSSLEngine();
                    engine.setUseClientMode(false);
                    engine.setWantClientAuth(true);
                    channel
                        .pipeline()
                        .addLast(new SslHandler(engine))
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(1 << 20))
                        .addLast(new Sending(one, list));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    System.out.println(((InetSocketAddress) listener.localAddress()).getPort());
    listener.closeFuture().sync();
  }

  private static final class Sending extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final byte[] one;
    private final byte[] list;

    Sending(byte[] one, byte[] list) {
      this.one = one;
      this.list = list;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // A failed write is seen by the client.
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      byte[] body = request.uri().equals("/one") ? one : list;
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      context.writeAndFlush(response);
    }
  }
}
