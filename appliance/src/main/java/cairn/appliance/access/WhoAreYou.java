package cairn.appliance.access;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The one place that turns credentials into a {@link Caller}. Any thread. */
public final class WhoAreYou {

  /**
   * @param certificate of the TLS session, already verified against our authority; empty if the
   *     client showed none
   */
  public Caller answer(Optional<X509Certificate> certificate) {
    return certificate.flatMap(WhoAreYou::subject).orElse(Caller.ANONYMOUS);
  }

  /** Kubernetes' reading: common name is the user, every organisation is a group. */
  private static Optional<Caller> subject(X509Certificate certificate) {
    String name = "";
    List<String> groups = new ArrayList<>();
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        switch (part.getType().toUpperCase(java.util.Locale.ROOT)) {
          case "CN" -> name = part.getValue().toString();
          case "O" -> groups.add(part.getValue().toString());
          default -> {}
        }
      }
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
    if (name.isBlank()) {
      return Optional.empty();
    }
    groups.add("system:authenticated");
    return Optional.of(new Caller(name, groups));
  }
}
