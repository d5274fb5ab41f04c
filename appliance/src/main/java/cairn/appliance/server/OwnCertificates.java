package cairn.appliance.server;

import cairn.appliance.access.Credential;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.ssl.CertificateProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.reactivestreams.Publisher;

/** Hands Micronaut our certificate, and our authority as the only one whose clients are known. */
final class OwnCertificates implements CertificateProvider {

  private static final char[] NO_PASSWORD = {};

  private final String name;
  private final KeyStore keys;
  private final KeyStore trusted;

  OwnCertificates(String name, Credential server, X509Certificate authority) {
    this.name = name;
    try {
      keys = empty();
      keys.setKeyEntry(
          "server", server.key(), NO_PASSWORD, new Certificate[] {server.certificate(), authority});
      trusted = empty();
      trusted.setCertificateEntry("authority", authority);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the server's certificate cannot be used", e);
    }
  }

  /** What the server speaks: a failure to make it shows here, at the start. */
  SSLContext tls() {
    try {
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, NO_PASSWORD);
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the server's certificate cannot be used", e);
    }
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public Publisher<KeyStore> getKeyStore() {
    return Publishers.just(keys);
  }

  @Override
  public Publisher<KeyStore> getTrustStore() {
    return Publishers.just(trusted);
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    // In memory only. PKCS12 would encrypt the key with 10,000 rounds, for nobody.
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }
}
