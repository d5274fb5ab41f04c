package cairn.appliance.server;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.netty.NettySslContextBuilder;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration.NettyListenerConfiguration;
import io.micronaut.http.server.netty.ssl.NettyServerSslFactory;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import jakarta.inject.Singleton;
import javax.net.ssl.SSLContext;

/**
 * The server's TLS, from the JDK directly. Netty's builder for servers first tries a key of its own
 * with Bouncy Castle's provider: 600 classes of a signed jar, which no AOT cache may hold, a
 * quarter of the service's start (Netty 4.2.18).
 */
@Singleton
@Replaces(NettyServerSslFactory.class)
final class JdkTls extends NettyServerSslFactory {

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext tls;

  JdkTls(SSLContext tls) {
    this.tls = tls;
  }

  @Override
  public NettySslContextBuilder serverBuilder(NettyListenerConfiguration listener) {
    return serverBuilder();
  }

  @Override
  public NettySslContextBuilder serverBuilder() {
    return new NettySslContextBuilder(true) {
      @Override
      public SslContext buildTcp() {
        return context();
      }
    };
  }

  private SslContext context() {
    return new JdkSslContext(
        tls,
        false,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1),
        // Who shows no certificate may still bring a token.
        ClientAuth.OPTIONAL,
        VERSIONS,
        false);
  }
}
