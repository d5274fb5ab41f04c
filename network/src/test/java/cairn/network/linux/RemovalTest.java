package cairn.network.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.NetworkFault;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RemovalTest {

  private final Removal removal = new Removal("cb1");

  @Test
  void aPartThatStaysKeepsNoOtherHereAndAllThatStayAreNamed() {
    AtomicBoolean gone = new AtomicBoolean();

    removal.of(
        "packet rules",
        () -> {
          throw new IOException("nft crashed");
        });
    removal.of("bridge", () -> gone.set(true));
    removal.of(
        "forwarding",
        () -> {
          throw new IOException("read-only");
        });

    NetworkFault fault = assertThrows(NetworkFault.class, removal::orFault);
    assertTrue(gone.get());
    assertEquals(
        "Network cb1 is not gone. Left are packet rules: nft crashed; forwarding: read-only",
        fault.getMessage());
  }
}
