package cairn.network.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cairn.network.link.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardingTest {

  @TempDir Path directory;

  @BeforeEach
  void makeKernel() throws IOException {
    Files.createDirectories(kernel().resolve("kernel/random"));
    Files.createDirectories(kernel().resolve("net/ipv4/conf/all"));
    kernelSays("kernel/random/boot_id", "boot-1");
    kernelSays("net/ipv4/ip_forward", "0");
    kernelSays("net/ipv4/conf/all/accept_redirects", "0");
  }

  private Path kernel() {
    return directory.resolve("sys");
  }

  private void kernelSays(String name, String value) throws IOException {
    Files.writeString(kernel().resolve(name), value + "\n");
  }

  private String now() throws IOException {
    return Files.readString(kernel().resolve("net/ipv4/ip_forward")).strip();
  }

  private Forwarding forwarding(String bridge) {
    return new Forwarding(kernel(), directory.resolve(bridge), bridge);
  }

  private static Link bridge(String name, String alias) {
    return new Link(2, name, "bridge", "", true, 1500, "", Set.of(), alias, false, 0);
  }

  @Test
  void lastOneOutPutsItBack() throws IOException {
    Forwarding first = forwarding("cbaaaa00000000");
    Forwarding second = forwarding("cbbbbb00000000");
    Link firstBridge = bridge("cbaaaa00000000", "cairn/aaaa/0/" + first.before(List.of()).words());
    first.switchOn();
    Link secondBridge =
        bridge("cbbbbb00000000", "cairn/bbbb/0/" + second.before(List.of(firstBridge)).words());
    second.switchOn();

    first.putBack(List.of(firstBridge, secondBridge));
    assertEquals("1", now());
    second.putBack(List.of(secondBridge));
    assertEquals("0", now());
  }

  @Test
  void hostThatForwardedBeforeUsGoesOn() throws IOException {
    kernelSays("net/ipv4/ip_forward", "1");
    Forwarding forwarding = forwarding("cbaaaa00000000");
    forwarding.before(List.of());
    forwarding.switchOn();

    forwarding.putBack(List.of());

    assertEquals("1", now());
    assertFalse(Files.exists(directory.resolve("cbaaaa00000000")));
  }

  @Test
  void noteOfAnEarlierBootIsNotBelieved() throws IOException {
    forwarding("cbaaaa00000000").before(List.of());
    kernelSays("kernel/random/boot_id", "boot-2");
    kernelSays("net/ipv4/ip_forward", "1");

    Forwarding forwarding = forwarding("cbaaaa00000000");
    forwarding.before(List.of());
    forwarding.putBack(List.of());

    assertEquals("1", now());
  }

  @Test
  void whatWasBeforeSurvivesOurOwnSwitching() throws IOException {
    forwarding("cbaaaa00000000").before(List.of());
    forwarding("cbaaaa00000000").switchOn();

    assertEquals(new Forwarding.Before("0", "0"), forwarding("cbaaaa00000000").before(List.of()));
  }
}
