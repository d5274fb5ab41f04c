package cairn.appliance.node;

import static java.util.Objects.requireNonNull;

import cairn.appliance.placement.Budget;
import java.util.Map;

/**
 * What is known about the host when the service starts.
 *
 * @param name lower-case host name
 * @param budget what machines may have of cores and memory
 * @param cpuControl whether shares and limits of processors can be enforced
 * @param virtualization whether the host is a guest itself
 * @param kvm what the self-test of KVM came to
 * @param emulation whether guests may run without KVM
 * @param osImage pretty name of the host's distribution
 */
public record NodeFacts(
    String name,
    String address,
    int cores,
    long memoryBytes,
    Budget budget,
    Fact cpuControl,
    Fact virtualization,
    KvmState kvm,
    Emulation emulation,
    String kernelVersion,
    String osImage,
    String machineId,
    String bootId) {

  /** Whether guests may run in QEMU's own interpreter. */
  public enum Emulation {
    NEVER,
    ALLOWED
  }

  /** The four results of the self-test. */
  public enum KvmResult {
    USABLE("KVMUsable"),
    SLOW("KVMSlow"),
    BROKEN("KVMBroken"),
    ABSENT("KVMAbsent");

    private final String reason;

    KvmResult(String reason) {
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /**
   * @param explanation a sentence for people, with the failing instruction where there is one
   */
  public record KvmState(KvmResult result, String explanation) {
    public KvmState {
      requireNonNull(result, "result is null");
      requireNonNull(explanation, "explanation is null");
    }

    public boolean runsGuests() {
      return switch (result) {
        case USABLE, SLOW -> true;
        case BROKEN, ABSENT -> false;
      };
    }
  }

  /**
   * Something that is so or not.
   *
   * @param reason one word in CamelCase
   * @param explanation a sentence for people
   */
  public record Fact(boolean holds, String reason, String explanation) {
    public Fact {
      requireNonNull(reason, "reason is null");
      requireNonNull(explanation, "explanation is null");
    }
  }

  public NodeFacts {
    requireNonNull(name, "name is null");
    requireNonNull(address, "address is null");
    requireNonNull(budget, "budget is null");
    requireNonNull(cpuControl, "cpuControl is null");
    requireNonNull(virtualization, "virtualization is null");
    requireNonNull(kvm, "kvm is null");
    requireNonNull(emulation, "emulation is null");
    requireNonNull(kernelVersion, "kernelVersion is null");
    requireNonNull(osImage, "osImage is null");
    requireNonNull(machineId, "machineId is null");
    requireNonNull(bootId, "bootId is null");
  }

  /** Whether machines run at all, by KVM or by emulation. */
  public boolean runsMachines() {
    return kvm.runsGuests() || emulation == Emulation.ALLOWED;
  }

  /** The labels of the Node that do not depend on its processor. */
  public Map<String, String> labels() {
    return Map.of(
        "kubernetes.io/hostname", name,
        "kubernetes.io/os", "linux",
        "kubernetes.io/arch", "amd64",
        "node-role.kubernetes.io/control-plane", "",
        "virtualization.deckhouse.io/kvm-enabled", kvm.runsGuests() ? "true" : "false");
  }
}
