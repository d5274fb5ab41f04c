package cairn.storage.imports;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose word on a server's name is taken. */
final class TrustedCertificates {

  private TrustedCertificates() {}

  /** The system's certificates, or only those of the bundle where there is one. */
  static SSLSocketFactory of(Optional<String> bundle) {
    if (bundle.isEmpty()) {
      return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(bundle.get().getBytes(StandardCharsets.UTF_8)));
      if (certificates.isEmpty()) {
        throw Refused.forGood("InvalidCaBundle", "The CA bundle holds no certificate.");
      }
      return trusting(certificates);
    } catch (GeneralSecurityException | IOException damaged) {
      throw Refused.forGood(
          "InvalidCaBundle", "The CA bundle is not a list of PEM certificates.", damaged);
    }
  }

  private static SSLSocketFactory trusting(Collection<? extends Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }
}
