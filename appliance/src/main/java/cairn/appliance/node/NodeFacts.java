package cairn.appliance.node;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What is known about the host when the service starts.
 *
 * @param name lower-case host name
 * @param kvm what the self-test of KVM came to
 * @param emulation whether guests may run without KVM
 * @param osImage pretty name of the host's distribution
 */
public record NodeFacts(
    String name,
    String address,
    int cores,
    long memoryBytes,
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

  public NodeFacts {
    requireNonNull(name, "name is null");
    requireNonNull(address, "address is null");
    requireNonNull(kvm, "kvm is null");
    requireNonNull(emulation, "emulation is null");
    requireNonNull(kernelVersion, "kernelVersion is null");
    requireNonNull(osImage, "osImage is null");
    requireNonNull(machineId, "machineId is null");
    requireNonNull(bootId, "bootId is null");
  }

  /** The labels of the Node, which selectors are held against. */
  public Map<String, String> labels() {
    return Map.of(
        "kubernetes.io/hostname", name,
        "kubernetes.io/os", "linux",
        "kubernetes.io/arch", "amd64",
        "node-role.kubernetes.io/control-plane", "",
        "virtualization.deckhouse.io/kvm-enabled", kvm.runsGuests() ? "true" : "false");
  }
}
