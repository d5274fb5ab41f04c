package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of the README, told by a real client to a real node: a machine comes from a manifest,
 * answers, keeps its disk, survives the service's death, and goes without a trace. One story in
 * order, because booting a guest is the dear part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HelloIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  private Node node;
  private Hello hello;
  private HostTraces before;

  @BeforeAll
  void startNode(@TempDir Path home) throws Exception {
    node = new Node(home, LIBVIRT);
    before = HostTraces.of(node.state(), LIBVIRT);
    hello = new Hello(node, LIBVIRT);
  }

  @AfterAll
  void stopNode() throws Exception {
    hello.close();
    node.close();
  }

  @Test
  @Order(1)
  void aManifestBecomesARunningMachine() throws Exception {
    hello.apply();

    hello.awaitPhase("Running");
    hello.awaitGuest("GUEST READY", 1);
    assertTrue(hello.log().contains("GUEST COUNT 1"), hello.log());
  }

  @Test
  @Order(2)
  void theGuestAnswersAtTheAddressInItsStatus() throws Exception {
    String address = hello.field("status", "ipAddress").orElseThrow();

    hello.awaitGuest(address + "/", 1);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 7), 10_000);
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("echo?\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(
          "echo?\n", new String(socket.getInputStream().readNBytes(6), StandardCharsets.US_ASCII));
    }
  }

  @Test
  @Order(3)
  void theServiceMayDieWhileTheMachineRuns() throws Exception {
    long guest = hello.guestPid();

    node.kill();
    assertTrue(ProcessHandle.of(guest).isPresent(), "the guest died with the service");
    node.restart();

    hello.awaitPhase("Running");
    assertEquals(guest, hello.guestPid());
  }

  @Test
  @Order(4)
  void theDiskKeepsWhatTheGuestWroteOverStopAndStart() throws Exception {
    hello.operate("Stop");
    hello.awaitPhase("Stopped");
    hello.operate("Start");
    hello.awaitPhase("Running");
    hello.awaitGuest("GUEST COUNT 2", 1);
  }

  @Test
  @Order(5)
  void deletingLeavesNothingBehind() throws Exception {
    hello.delete();

    HostTraces[] now = {before};
    Node.await(
        "the host to be as it was: " + before,
        () -> {
          now[0] = traces();
          return now[0].equals(before);
        },
        () -> now[0].toString());
  }

  private HostTraces traces() {
    try {
      return HostTraces.of(node.state(), LIBVIRT);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
