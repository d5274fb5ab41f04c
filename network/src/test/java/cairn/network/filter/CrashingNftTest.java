package cairn.network.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.NetworkFault;
import cairn.network.program.ProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in nft's place that crashes as nft 1.0.6 does at rules of a newer one. */
class CrashingNftTest {

  @TempDir private Path directory;
  private NftProgram nft;

  @BeforeEach
  void place() throws IOException {
    Path program = directory.resolve("nft");
    Files.writeString(
        program,
        """
        #!/bin/sh
        case "$*" in
          --version) echo "nftables v1.0.6 (Lester Gooch #5)" ;;
          "list tables") printf 'table ip nat\\ntable inet newer\\n' ;;
          "list table ip nat") ;;
          "list table inet newer" | "-f -" | *chains | *cairn*) kill -SEGV $$ ;;
          *) exit 1 ;;
        esac
        """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    nft = new NftProgram(new ProgramRunner(Duration.ofSeconds(20)), program.toString());
  }

  @Test
  void aCrashIsToldWithTheVersionTheTableAndTheWayOut() {
    NetworkFault fault =
        assertThrows(NetworkFault.class, () -> new PacketFilter(nft, "cairn_1").remove());

    assertEquals(
        "Could not remove the packet rules of table inet cairn_1: nft crashed (signal 11) and said:"
            + " (nothing). This is nftables v1.0.6 (Lester Gooch #5). It crashes when it reads 'table"
            + " inet newer', which another program made. Rules of a newer nft can crash an older one:"
            + " upgrade nftables, or remove that table.",
        fault.getMessage());
  }

  @Test
  void othersRulesThatCannotBeReadAreAConcernAndNoFault() {
    assertTrue(
        new PacketFilter(nft, "cairn_1")
            .foreign("cb1")
            .getFirst()
            .message()
            .contains("table inet newer"));
  }

  @Test
  void theTableThatCannotBeReadIsNamedToTheDoctor() {
    assertEquals(Optional.of("nft crashes when it reads 'table inet newer'"), nft.complaint());
  }
}
