package cairn.hypervisor.kvm;

/** What the self-test found; {@link #reason} is a sentence for people. */
public sealed interface KvmVerdict {

  String reason();

  /** Real 64-bit code ran, at the processor's speed. */
  record Usable(String reason) implements KvmVerdict {}

  /** Real 64-bit code ran, but every instruction seems to be interpreted. */
  record Slow(String reason) implements KvmVerdict {}

  /**
   * Guests would fail.
   *
   * @param instruction the bytes KVM stopped at, in hexadecimal, or empty where it did not say
   */
  record Broken(String reason, String instruction) implements KvmVerdict {}

  /** There is no KVM that this process can use. */
  record Absent(String reason) implements KvmVerdict {}
}
