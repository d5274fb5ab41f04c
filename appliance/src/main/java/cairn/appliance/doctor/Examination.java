package cairn.appliance.doctor;

import cairn.appliance.doctor.Finding.Verdict;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.hypervisor.kvm.HostVirtualization;
import cairn.hypervisor.kvm.KvmSelfTest;
import cairn.hypervisor.kvm.KvmVerdict;
import cairn.network.filter.NftProgram;
import cairn.network.program.ProgramRunner;
import cairn.storage.DiskPool.Cloning;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the host from top to bottom; the order is the order in which people should read it. */
public final class Examination {

  private static final long GIBIBYTE = 1L << 30;

  /** Programs a node runs, and the Debian package that brings each. */
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "qemu-system-x86_64", "qemu-system-x86",
          "qemu-img", "qemu-utils",
          "libvirtd", "libvirt-daemon",
          "virtlogd", "libvirt-daemon",
          "dnsmasq", "dnsmasq-base",
          "nft", "nftables",
          "ip", "iproute2",
          "tini", "tini");

  private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(10);

  private Examination() {}

  /** Everything that was found out about this host. */
  public static List<Finding> ofThisHost() {
    List<Finding> findings = new ArrayList<>();
    findings.add(privileges());
    findings.add(java());
    findings.addAll(programs());
    findings.add(kvm(new KvmSelfTest(Path.of("/dev/kvm")).run()));
    findings.add(Finding.well("virtualization", HostVirtualization.find().explanation()));
    findings.add(processors(CpuGroups.look()));
    findings.add(device("tap devices", Path.of("/dev/net/tun"), "modprobe tun"));
    findings.add(memory());
    findings.add(space(Path.of("/var/lib/cairn")));
    if (onPath("nft")) {
      findings.add(packetRules(new NftProgram(new ProgramRunner(PROGRAM_LIMIT))));
    }
    findings.add(bridgeFilter());
    return findings;
  }

  /** Public facts decide nothing here: only guest code that really ran makes KVM usable. */
  static Finding kvm(KvmVerdict verdict) {
    String emulation =
        "machines run without it many times slower, if cairn.yaml says hypervisor.emulation: Allowed";
    return switch (verdict) {
      case KvmVerdict.Usable usable -> Finding.well("KVM", "usable: " + usable.reason());
      case KvmVerdict.Slow slow -> Finding.limited("KVM", "slow: " + slow.reason(), emulation);
      case KvmVerdict.Broken broken ->
          Finding.limited("KVM", "broken: " + broken.reason(), emulation);
      case KvmVerdict.Absent absent ->
          Finding.limited("KVM", "absent: " + absent.reason(), emulation);
    };
  }

  /** Without the controller machines run, and no share of the processors is kept for them. */
  static Finding processors(Optional<String> trouble) {
    return trouble
        .map(why ->
            Finding.limited(
                "CPU controller",
                why + ": cpu.coreFraction is no weight and cpu.cores no limit",
                "mount control groups with the controller cpu, and let root make groups there"))
        .orElseGet(
            () -> Finding.well("CPU controller", "cpu.coreFraction and cpu.cores can be kept"));
  }

  private static Finding privileges() {
    return isRoot()
        ? Finding.well("privileges", "this is root")
        : Finding.limited(
            "privileges",
            "this is " + System.getProperty("user.name") + ", not root",
            "some answers below may be wrong; run it as root to be sure");
  }

  private static Finding java() {
    return Finding.well("java", "version " + Runtime.version());
  }

  private static List<Finding> programs() {
    List<String> missing = PROGRAMS.keySet().stream().filter(p -> !onPath(p)).sorted().toList();
    if (missing.isEmpty()) {
      return List.of(Finding.well("programs", "all " + PROGRAMS.size() + " are here"));
    }
    return missing.stream()
        .map(program ->
            Finding.wrong(
                "programs",
                program + " is not installed",
                "apt-get install " + PROGRAMS.get(program)))
        .toList();
  }

  private static boolean onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/sbin";
    return Stream.of(path.split(":", -1))
        .filter(folder -> !folder.isBlank())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static Finding device(String subject, Path device, String remedy) {
    return Files.exists(device)
        ? Finding.well(subject, device + " is here")
        : Finding.wrong(subject, device + " is missing", remedy);
  }

  private static Finding memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      long available =
          lines
              .filter(line -> line.startsWith("MemAvailable:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
              .findFirst()
              .orElse(0);
      String sentence = "%.1f GiB are available".formatted((double) available / GIBIBYTE);
      return available >= GIBIBYTE
          ? Finding.well("memory", sentence)
          : Finding.limited("memory", sentence, "machines need memory of their own: free some");
    } catch (IOException e) {
      return Finding.limited("memory", "/proc/meminfo cannot be read: " + e.getMessage(), "");
    }
  }

  private static Finding space(Path state) {
    Path place = state;
    while (!Files.exists(place)) {
      place = Optional.ofNullable(place.getParent()).orElse(Path.of("/"));
    }
    try {
      FileStore store = Files.getFileStore(place);
      String sentence =
          "%.1f GiB are free at %s (%s)"
              .formatted((double) store.getUsableSpace() / GIBIBYTE, place, store.type());
      Verdict verdict = store.getUsableSpace() > 5 * GIBIBYTE ? Verdict.WELL : Verdict.LIMITED;
      String clones =
          store.type().equals("xfs") || store.type().equals("btrfs")
              ? cloning(Cloning.REFLINK)
              : cloning(Cloning.OVERLAY);
      return new Finding("space", verdict, sentence + "; " + clones, Optional.empty());
    } catch (IOException e) {
      return Finding.limited("space", place + " cannot be looked at: " + e.getMessage(), "");
    }
  }

  private static String cloning(Cloning cloning) {
    return switch (cloning) {
      case REFLINK -> "disks share blocks with their image (reflink)";
      case OVERLAY -> "disks are layers over their image (no reflink; XFS has it)";
    };
  }

  /** Tried, not assumed: an nft older than the rules it meets may crash. */
  private static Finding packetRules(NftProgram nft) {
    if (!isRoot()) {
      return Finding.limited(
          "packet rules", "only root may read them", "run it as root to be sure");
    }
    return nft.complaint()
        .map(complaint -> Finding.wrong("packet rules", complaint, nft.crashHint()))
        .orElseGet(() -> Finding.well("packet rules", "nft reads all of this host's tables"));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static Finding bridgeFilter() {
    Path setting = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
    try {
      boolean on = Files.exists(setting) && Files.readString(setting).strip().equals("1");
      return on
          ? Finding.limited(
              "bridge filter",
              "packets between machines pass the host's firewall (bridge-nf-call-iptables is 1)",
              "if machines cannot reach each other, look for a forward rule that drops")
          : Finding.well("bridge filter", "packets between machines pass no host firewall");
    } catch (IOException e) {
      return Finding.limited("bridge filter", setting + " cannot be read: " + e.getMessage(), "");
    }
  }
}
