package cairn.appliance;

import cairn.appliance.node.HostMemory;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.node.NodeFacts.Emulation;
import cairn.appliance.node.NodeFacts.Fact;
import cairn.appliance.node.NodeFacts.KvmResult;
import cairn.appliance.node.NodeFacts.KvmState;
import cairn.appliance.placement.Budget;
import cairn.appliance.settings.Settings;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.hypervisor.kvm.HostVirtualization;
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

  static NodeFacts find(String nodeName, Settings settings, CpuGroups processors) {
    int cores = Runtime.getRuntime().availableProcessors();
    long memory = HostMemory.now().totalBytes();
    return new NodeFacts(
        nodeName,
        address(),
        cores,
        memory,
        budget(cores, memory, settings.host()),
        cpuControl(processors),
        virtualization(HostVirtualization.find()),
        state(new KvmSelfTest(Path.of("/dev/kvm")).run()),
        switch (settings.hypervisor().emulation()) {
          case ALLOWED -> Emulation.ALLOWED;
          case NEVER -> Emulation.NEVER;
        },
        System.getProperty("os.version", ""),
        osImage(),
        firstLine(Path.of("/etc/machine-id")),
        firstLine(Path.of("/proc/sys/kernel/random/boot_id")));
  }

  private static Budget budget(int cores, long memory, Settings.Host host) {
    return Budget.of(
        cores,
        host.reserve().cpu(),
        host.overcommit().cpu(),
        memory,
        host.reserve().memory().orElse(Budget.usualReserve(memory)),
        host.overcommit().memory());
  }

  private static Fact cpuControl(CpuGroups processors) {
    return processors.usable()
        ? new Fact(
            true,
            "SharesAndLimits",
            "cpu.coreFraction is kept as a weight and cpu.cores as a limit: "
                + processors.state()
                + ".")
        : new Fact(
            false,
            "NoCPUController",
            "Neither the weight by cpu.coreFraction nor the limit by cpu.cores is kept: "
                + processors.state()
                + ". What is guaranteed is counted all the same.");
  }

  private static Fact virtualization(HostVirtualization host) {
    return new Fact(host.guest(), host.guest() ? "HostIsGuest" : "OwnHardware", host.explanation());
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
