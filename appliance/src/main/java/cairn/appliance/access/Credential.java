package cairn.appliance.access;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** A certificate and its key, kept as the files {@code NAME.crt} and {@code NAME.key} (PEM). */
public record Credential(X509Certificate certificate, PrivateKey key) {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(
          64, System.lineSeparator().getBytes(java.nio.charset.StandardCharsets.US_ASCII));

  public Credential {
    requireNonNull(certificate, "certificate is null");
    requireNonNull(key, "key is null");
  }

  static boolean exists(Path directory, String name) {
    return Files.exists(certificateFile(directory, name)) && Files.exists(keyFile(directory, name));
  }

  static Credential read(Path directory, String name) {
    Path certificate = certificateFile(directory, name);
    Path key = keyFile(directory, name);
    try {
      X509Certificate read = readCertificate(certificate);
      return new Credential(read, readKey(key, read.getPublicKey().getAlgorithm()));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new PkiFault(
          "cannot read "
              + certificate
              + " and "
              + key
              + ": "
              + e.getMessage()
              + "; put both back from a backup, or remove both and they are made anew",
          e);
    }
  }

  /** The key is written first: a certificate without its key would pass for a whole credential. */
  void write(Path directory, String name) {
    try {
      SecretFile.write(keyFile(directory, name), keyPem());
      SecretFile.write(certificateFile(directory, name), certificatePem());
    } catch (IOException e) {
      throw new PkiFault("cannot write " + keyFile(directory, name) + ": " + e.getMessage(), e);
    }
  }

  public String certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateException e) {
      throw new PkiFault("a certificate cannot be encoded", e);
    }
  }

  public String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static X509Certificate readCertificate(Path file)
      throws IOException, CertificateException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey readKey(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    byte[] encoded = Base64.getMimeDecoder().decode(base64);
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  private static String pem(String type, byte[] encoded) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(type, LINES.encodeToString(encoded), type);
  }

  private static Path certificateFile(Path directory, String name) {
    return directory.resolve(name + ".crt");
  }

  private static Path keyFile(Path directory, String name) {
    return directory.resolve(name + ".key");
  }
}
