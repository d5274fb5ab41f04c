package cairn.appliance.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;

/** A file that lets kubectl and its kin in: address, authority, certificate and key in one. */
public final class Kubeconfig {

  private Kubeconfig() {}

  /**
   * Writes the file so that only its owner may read it.
   *
   * @throws PkiFault if it cannot be written
   */
  public static void write(Path file, URI server, CertificateAuthority authority, Credential user) {
    try {
      SecretFile.write(file, text(server, authority.certificatePem(), user));
    } catch (IOException e) {
      throw new PkiFault("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  static String text(URI server, String authority, Credential user) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: cairn
      cluster:
        server: %s
        certificate-authority-data: %s
    users:
    - name: admin
      user:
        client-certificate-data: %s
        client-key-data: %s
    contexts:
    - name: cairn
      context:
        cluster: cairn
        user: admin
    current-context: cairn
    """
        .formatted(server, base64(authority), base64(user.certificatePem()), base64(user.keyPem()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
