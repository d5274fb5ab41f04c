package cairn.appliance.server;

import cairn.appliance.access.Caller;
import cairn.appliance.access.WhoAreYou;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, by the certificate shown when it was made. TLS 1.3 shows
 * no second one, so the question is asked once. Called on the connection's own thread.
 */
final class Callers {

  private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf("cairn-caller");

  private final WhoAreYou whoAreYou;

  Callers(WhoAreYou whoAreYou) {
    this.whoAreYou = whoAreYou;
  }

  /**
   * @param channel of a connection, or of one HTTP/2 stream on it
   */
  Caller of(Channel channel) {
    Channel connection = connection(channel);
    Attribute<Caller> known = connection.attr(CALLER);
    @Nullable Caller caller = known.get();
    if (caller == null) {
      caller = whoAreYou.answer(certificate(connection));
      known.set(caller);
    }
    return caller;
  }

  /** Where the TLS is. A listener is the parent of its connections, and has none. */
  private static Channel connection(Channel channel) {
    return channel.pipeline().get(SslHandler.class) == null && channel.parent() != null
        ? channel.parent()
        : channel;
  }

  private static Optional<X509Certificate> certificate(Channel connection) {
    SslHandler tls = connection.pipeline().get(SslHandler.class);
    try {
      if (tls != null
          && tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate shown) {
        return Optional.of(shown);
      }
    } catch (SSLPeerUnverifiedException e) {
      // No certificate was shown; who that is, is not ours to say.
    }
    return Optional.empty();
  }
}
