package cairn.appliance.access;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Our own certificate authority: made at first start, kept in one directory, never replaced. All
 * keys are ECDSA on P-256, which every client of the last ten years reads.
 *
 * <p>Validity begins one day before the build and not now: an appliance whose clock is wrong at
 * first start must not make certificates that are invalid once the clock is right. It ends so late
 * that expiry is not an event in the life of a machine.
 */
public final class CertificateAuthority {

  private static final String AUTHORITY = "ca";
  private static final String SERVER = "server";
  private static final String ADMIN = "admin";
  private static final long AUTHORITY_DAYS = 30 * 365;
  private static final long LEAF_DAYS = 10 * 365;

  private static final int CLIENT_KEY_BITS = 3072;

  private final Path directory;
  private final Instant validFrom;
  private final Credential authority;

  private CertificateAuthority(Path directory, Instant validFrom, Credential authority) {
    this.directory = directory;
    this.validFrom = validFrom;
    this.authority = authority;
  }

  /**
   * Opens the authority in {@code directory}, or makes it.
   *
   * @param built when this version was built
   * @throws PkiFault if the files cannot be read or written
   */
  public static CertificateAuthority open(Path directory, Instant built) {
    requireNonNull(directory, "directory is null");
    Instant validFrom = built.minus(1, ChronoUnit.DAYS);
    try {
      SecretFile.directory(directory);
    } catch (IOException e) {
      throw new PkiFault("cannot make " + directory + ": " + e.getMessage(), e);
    }
    if (!Credential.exists(directory, AUTHORITY)) {
      makeAuthority(validFrom).write(directory, AUTHORITY);
    }
    return new CertificateAuthority(directory, validFrom, Credential.read(directory, AUTHORITY));
  }

  public X509Certificate certificate() {
    return authority.certificate();
  }

  public String certificatePem() {
    return authority.certificatePem();
  }

  /** SHA-256 of the certificate, as people compare it: {@code AB:CD:...}. */
  public String fingerprint() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(authority.certificate().getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new PkiFault("the authority's certificate has no fingerprint", e);
    }
  }

  /**
   * The server's credential for these host names and addresses. It is kept, and made anew when the
   * names change.
   */
  public Credential server(Collection<String> names) {
    Set<String> wanted = new TreeSet<>(names);
    if (Credential.exists(directory, SERVER)) {
      Credential kept = Credential.read(directory, SERVER);
      if (namesOf(kept.certificate()).containsAll(wanted) && signed(kept.certificate())) {
        return kept;
      }
    }
    X500Name subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, "cairn").build();
    Credential made = issue(subject, KeyPurposeId.id_kp_serverAuth, List.copyOf(wanted), keys());
    made.write(directory, SERVER);
    return made;
  }

  /** The credential of the one who may do everything. */
  public Credential admin() {
    if (Credential.exists(directory, ADMIN)) {
      Credential kept = Credential.read(directory, ADMIN);
      if (signed(kept.certificate())) {
        return kept;
      }
    }
    X500Name subject =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, Caller.CLUSTER_ADMINS)
            .addRDN(BCStyle.CN, ADMIN)
            .build();
    Credential made = issue(subject, KeyPurposeId.id_kp_clientAuth, List.of(), clientKeys());
    made.write(directory, ADMIN);
    return made;
  }

  private boolean signed(X509Certificate certificate) {
    try {
      certificate.verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Credential makeAuthority(Instant validFrom) {
    KeyPair keys = keys();
    // The random part of the name keeps two installations apart in a client's trust store.
    X500Name name =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.CN, "cairn-ca-" + serial().toString(36).substring(0, 8))
            .build();
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      var builder =
          builder(name, name, validFrom, AUTHORITY_DAYS, keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  extensions.createSubjectKeyIdentifier(keys.getPublic()));
      return sign((JcaX509v3CertificateBuilder) builder, keys.getPrivate(), keys.getPrivate());
    } catch (GeneralSecurityException | CertIOException e) {
      throw new PkiFault("the certificate authority cannot be made: " + e.getMessage(), e);
    }
  }

  private Credential issue(
      X500Name subject, KeyPurposeId purpose, List<String> names, KeyPair keys) {
    X500Name issuer = new X500Name(authority.certificate().getSubjectX500Principal().getName());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      var builder =
          new JcaX509v3CertificateBuilder(
                  authority.certificate(),
                  serial(),
                  Date.from(validFrom),
                  Date.from(validFrom.plus(LEAF_DAYS, ChronoUnit.DAYS)),
                  subject,
                  keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  extensions.createAuthorityKeyIdentifier(authority.certificate()));
      if (!names.isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
      }
      return sign((JcaX509v3CertificateBuilder) builder, authority.key(), keys.getPrivate());
    } catch (GeneralSecurityException | CertIOException e) {
      throw new PkiFault("no certificate can be made for " + issuer + ": " + e.getMessage(), e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, Instant from, long days, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial(),
        Date.from(from),
        Date.from(from.plus(days, ChronoUnit.DAYS)),
        subject,
        key);
  }

  private static Credential sign(
      JcaX509v3CertificateBuilder builder, PrivateKey signer, PrivateKey key) {
    try {
      return new Credential(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer))),
          key);
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new PkiFault("a certificate cannot be signed: " + e.getMessage(), e);
    }
  }

  private static GeneralNames alternatives(List<String> names) {
    return new GeneralNames(
        names.stream()
            .map(name ->
                new GeneralName(
                    isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
            .toArray(GeneralName[]::new));
  }

  private static boolean isAddress(String name) {
    return name.contains(":") || name.matches("[0-9.]+");
  }

  private static Set<String> namesOf(X509Certificate certificate) {
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? new ArrayList<List<?>>() : alternatives) {
        String text = String.valueOf(alternative.get(1));
        names.add(isAddress(text) ? InetAddress.ofLiteral(text).getHostAddress() : text);
      }
    } catch (GeneralSecurityException e) {
      return Set.of();
    }
    if (names.contains("0:0:0:0:0:0:0:1")) {
      names.add("::1");
    }
    return names;
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new PkiFault("no key can be made: " + e.getMessage(), e);
    }
  }

  /** RSA, because some clients (fabric8's Java one) read no other key from a kubeconfig. */
  private static KeyPair clientKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(CLIENT_KEY_BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new PkiFault("no key can be made: " + e.getMessage(), e);
    }
  }

  private static BigInteger serial() {
    return new BigInteger(159, new SecureRandom()).setBit(158);
  }
}
