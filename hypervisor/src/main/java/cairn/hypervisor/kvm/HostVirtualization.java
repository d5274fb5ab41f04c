package cairn.hypervisor.kvm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the host's processor says about virtualization, and whether the host is a guest itself.
 * Public facts: they explain what the self-test found, and decide nothing.
 *
 * @param guest whether a hypervisor runs below this host
 * @param extension {@code vmx} or {@code svm}; empty: a {@code /dev/kvm} that is there all the same
 *     is something out of the ordinary
 * @param nesting whether guests may have guests, as the kernel's module is set; empty if it does
 *     not say
 */
public record HostVirtualization(
    boolean guest, Optional<String> extension, Optional<Boolean> nesting) {

  public HostVirtualization {
    requireNonNull(extension, "extension is null");
    requireNonNull(nesting, "nesting is null");
  }

  /** Of this host. */
  public static HostVirtualization find() {
    return read(
        lines(Path.of("/proc/cpuinfo")),
        lines(Path.of("/sys/module/kvm_intel/parameters/nested")),
        lines(Path.of("/sys/module/kvm_amd/parameters/nested")));
  }

  static HostVirtualization read(List<String> cpuinfo, List<String> intel, List<String> amd) {
    Set<String> flags =
        cpuinfo.stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(line ->
                Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).strip().split(" +"))))
            .orElse(Set.of());
    Optional<String> extension =
        flags.contains("vmx") ? Optional.of("vmx") : Optional.of("svm").filter(flags::contains);
    return new HostVirtualization(
        flags.contains("hypervisor"), extension, nesting(intel).or(() -> nesting(amd)));
  }

  /** A sentence for people. */
  public String explanation() {
    String below =
        guest
            ? "This host is a guest of another hypervisor"
            : "This host runs on hardware of its own";
    String offer =
        extension
            .map(word -> "; its processor offers " + word)
            .orElse("; its processor offers neither vmx nor svm");
    String inner =
        nesting
            .map(on -> on ? "; its guests may have guests" : "; its guests may have no guests")
            .orElse("");
    return below + offer + inner + ".";
  }

  private static Optional<Boolean> nesting(List<String> parameter) {
    return parameter.stream()
        .findFirst()
        .map(String::strip)
        .map(value -> value.equals("1") || value.equals("Y"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
