package cairn.storage;

/** A number of bytes, zero or more. */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

  public static final ByteSize ZERO = new ByteSize(0);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes is " + bytes + ", expected zero or more");
    }
  }

  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  public static ByteSize ofGibibytes(long gibibytes) {
    return new ByteSize(Math.multiplyExact(gibibytes, 1L << 30));
  }

  /** The smallest multiple of {@code step} that is not smaller than this. */
  public ByteSize roundUpTo(ByteSize step) {
    return new ByteSize(Math.multiplyExact(Math.ceilDiv(bytes, step.bytes), step.bytes));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
