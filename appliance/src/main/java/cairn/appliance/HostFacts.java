package cairn.appliance;

import cairn.appliance.node.NodeFacts;
import cairn.appliance.node.NodeFacts.Emulation;
import cairn.appliance.node.NodeFacts.KvmResult;
import cairn.appliance.node.NodeFacts.KvmState;
import cairn.appliance.settings.Settings;
import cairn.hypervisor.kvm.KvmSelfTest;
import cairn.hypervisor.kvm.KvmVerdict;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds out what the Node object says about this host. */
final class HostFacts {

  private HostFacts() {}

  static NodeFacts find(String nodeName, Settings.Hypervisor settings) {
    return new NodeFacts(
        nodeName,
        address(),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        state(new KvmSelfTest(Path.of("/dev/kvm")).run()),
        switch (settings.emulation()) {
          case ALLOWED -> Emulation.ALLOWED;
          case NEVER -> Emulation.NEVER;
        },
        System.getProperty("os.version", ""),
        osImage(),
        firstLine(Path.of("/etc/machine-id")),
        firstLine(Path.of("/proc/sys/kernel/random/boot_id")));
  }

  private static KvmState state(KvmVerdict verdict) {
    return switch (verdict) {
      case KvmVerdict.Usable usable -> new KvmState(KvmResult.USABLE, usable.reason());
      case KvmVerdict.Slow slow -> new KvmState(KvmResult.SLOW, slow.reason());
      case KvmVerdict.Broken broken -> new KvmState(KvmResult.BROKEN, broken.reason());
      case KvmVerdict.Absent absent -> new KvmState(KvmResult.ABSENT, absent.reason());
    };
  }

  /** An address that others may know this host by; loopback if it is on no network. */
  private static String address() {
    try (Stream<NetworkInterface> cards = NetworkInterface.networkInterfaces()) {
      return cards
          .filter(card -> !card.getName().startsWith("cb"))
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(address -> address.getHostAddress())
          .findFirst()
          .orElse("127.0.0.1");
    } catch (SocketException e) {
      return "127.0.0.1";
    }
  }

  private static long memoryBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static String osImage() {
    try (Stream<String> lines = Files.lines(Path.of("/etc/os-release"))) {
      return lines
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    } catch (IOException e) {
      return "Linux";
    }
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
