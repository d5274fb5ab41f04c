package cairn.appliance.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {

  private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");
  private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1", "node");

  @TempDir private Path directory;

  @Test
  void everythingIsKeptFromStartToStart() {
    CertificateAuthority first = open();
    Credential server = first.server(NAMES);
    Credential admin = first.admin();

    CertificateAuthority second = open();

    assertEquals(first.fingerprint(), second.fingerprint());
    assertEquals(server, second.server(NAMES));
    assertEquals(admin, second.admin());
  }

  @Test
  void aNewNameGivesANewServerCertificate() throws Exception {
    CertificateAuthority authority = open();
    Credential before = authority.server(NAMES);

    Credential after = authority.server(List.of("localhost", "other"));

    assertNotEquals(before, after);
    assertEquals(2, after.certificate().getSubjectAlternativeNames().size());
  }

  @Test
  void validityBeginsADayBeforeTheBuild() {
    Credential admin = open().admin();

    assertEquals(BUILT.minus(Duration.ofDays(1)), admin.certificate().getNotBefore().toInstant());
  }

  @Test
  void onlyTheOwnerReadsTheFiles() throws IOException {
    CertificateAuthority authority = open();
    authority.server(NAMES);
    Kubeconfig.write(
        directory.resolve("run/admin.kubeconfig"),
        URI.create("https://127.0.0.1:8443"),
        authority,
        authority.admin());

    try (var files = Files.walk(directory)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      assertEquals(7, found.size(), found.toString());
      for (Path file : found) {
        assertEquals(
            "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    assertTrue(
        Files.readString(directory.resolve("run/admin.kubeconfig"))
            .contains("server: https://127.0.0.1:8443\n"));
  }

  @Test
  void aBrokenFileIsNamedWithTheRemedy() throws IOException {
    open().admin();
    Files.writeString(directory.resolve("pki/admin.key"), "nonsense");

    String message = assertThrows(PkiFault.class, () -> open().admin()).toString();

    assertTrue(message.contains("admin.key") && message.contains("remove both"), message);
  }

  @Test
  void theAdminIsWhoTheCertificateSays() {
    Caller caller = new WhoAreYou().answer(Optional.of(open().admin().certificate()));

    assertEquals("admin", caller.name());
    assertTrue(caller.groups().contains(Caller.CLUSTER_ADMINS), caller.toString());
    assertTrue(new WhoAreYou().answer(Optional.empty()).anonymous());
  }

  private CertificateAuthority open() {
    return CertificateAuthority.open(directory.resolve("pki"), BUILT);
  }
}
