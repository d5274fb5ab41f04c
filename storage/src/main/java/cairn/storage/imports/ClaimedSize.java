package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.StorageFault;
import java.util.function.BiFunction;

/** The size of a disk as an image of a stranger claims it. Pure. */
final class ClaimedSize {

  private ClaimedSize() {}

  /**
   * The size that a guest would see, if it is one that a disk may have.
   *
   * @param largest most bytes that a guest may see
   * @param refused makes the fault of a reason and of what is wrong with the image
   */
  static ByteSize require(
      long bytes, ByteSize largest, BiFunction<String, String, StorageFault> refused) {
    if (bytes < 0 || bytes > largest.bytes()) {
      throw refused.apply(
          "ImageTooLarge",
          "has "
              + Long.toUnsignedString(bytes)
              + " bytes unpacked, more than the "
              + largest.bytes()
              + " allowed");
    }
    if (bytes == 0) {
      throw refused.apply("EmptyImage", "holds a disk of no bytes");
    }
    if (bytes % 512 != 0) {
      throw refused.apply("InvalidSize", "has " + bytes + " bytes, not whole sectors of 512");
    }
    return new ByteSize(bytes);
  }
}
