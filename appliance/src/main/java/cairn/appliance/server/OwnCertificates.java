package cairn.appliance.server;

import cairn.appliance.access.Credential;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.http.ssl.CertificateProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import org.reactivestreams.Publisher;

/** Hands Micronaut our certificate, and our authority as the only one whose clients are known. */
final class OwnCertificates implements CertificateProvider {

  private final String name;
  private final KeyStore keys;
  private final KeyStore trusted;

  OwnCertificates(String name, Credential server, X509Certificate authority) {
    this.name = name;
    try {
      keys = empty();
      keys.setKeyEntry(
          "server", server.key(), new char[0], new Certificate[] {server.certificate(), authority});
      trusted = empty();
      trusted.setCertificateEntry("authority", authority);
    } catch (GeneralSecurityException | IOException e) {
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
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
