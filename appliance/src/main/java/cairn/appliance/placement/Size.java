package cairn.appliance.placement;

/**
 * What a machine takes of the host.
 *
 * @param cores that the guest has, and the most it may use
 * @param percent guaranteed of each core, 1 to 100
 * @param memoryBytes of the guest
 * @param overheadBytes that running it takes beside
 */
public record Size(int cores, int percent, long memoryBytes, long overheadBytes) {

  private static final long MEBIBYTE = 1L << 20;

  /** QEMU without a guest, its devices, and firmware; measured with all devices of a machine. */
  private static final long BASE = 64 * MEBIBYTE;

  /** Stack, and what the host keeps for each virtual processor. */
  private static final long PER_CORE = 8 * MEBIBYTE;

  /** The tables that map a guest's memory. */
  private static final long PART_FOR_TABLES = 512;

  /** Translated code: what a Linux that has booted fills. */
  private static final long TRANSLATION = 64 * MEBIBYTE;

  public Size {
    if (cores < 1) {
      throw new IllegalArgumentException("cores is " + cores + ", expected at least 1");
    }
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent is " + percent + ", expected 1 to 100");
    }
  }

  /**
   * With what QEMU takes beside the guest's memory.
   *
   * @param emulated whether the guest runs without KVM, and its translated code takes memory, too
   */
  public static Size of(int cores, int percent, long memoryBytes, boolean emulated) {
    long overhead =
        BASE + cores * PER_CORE + memoryBytes / PART_FOR_TABLES + (emulated ? TRANSLATION : 0);
    return new Size(cores, percent, memoryBytes, overhead);
  }

  /** Guaranteed processor time, in thousandths of a core. */
  public long thousandths() {
    return cores * 10L * percent;
  }

  /** All memory. */
  public long bytes() {
    return memoryBytes + overheadBytes;
  }
}
