package cairn.storage.imports;

import cairn.storage.CachedImage;
import java.util.Optional;

/** What unpacked bytes are, told by their head alone; names and media types are not believed. */
final class Content {

  private static final int SMALLEST = 512;

  private Content() {}

  /**
   * The format of an image.
   *
   * @throws cairn.storage.StorageFault {@code REJECTED} when it is none, or none that we take
   */
  static CachedImage.Format of(Head head, String shown) {
    if (head.length() == 0) {
      throw Refused.forGood("EmptyImage", "The file from " + shown + " is empty.");
    }
    refuseForeign(head, shown);
    if (head.startsWith('Q', 'F', 'I', 0xfb)) {
      return CachedImage.Format.QCOW2;
    }
    if (head.startsWith('K', 'D', 'M', 'V')) {
      return CachedImage.Format.VMDK;
    }
    if (head.hasAt(64, 0x7f, 0x10, 0xda, 0xbe)) {
      return CachedImage.Format.VDI;
    }
    if (head.startsWith('v', 'h', 'd', 'x', 'f', 'i', 'l', 'e')) {
      return CachedImage.Format.VHDX;
    }
    if (head.isText()) {
      throw Refused.forGood(
          "NotAnImage",
          "What " + shown + " sends is text (a web page?), not a disk image; check the address.");
    }
    if (head.length() < SMALLEST) {
      throw Refused.forGood(
          "ImageTooSmall",
          "The file from "
              + shown
              + " has "
              + head.length()
              + " bytes, less than one disk sector.");
    }
    return head.hasAt(32769, 'C', 'D', '0', '0', '1')
        ? CachedImage.Format.ISO
        : CachedImage.Format.RAW;
  }

  private static void refuseForeign(Head head, String shown) {
    if (Compression.of(head) != Compression.NONE) {
      throw Refused.forGood(
          "NestedCompression",
          "The file from " + shown + " is compressed twice; one layer is unpacked.");
    }
    Compression.foreign(head)
        .ifPresent(name -> {
          throw Refused.forGood(
              "UnsupportedCompression",
              "The file from "
                  + shown
                  + " is a "
                  + name
                  + " file; compress the image with gzip, xz or zstd, or not at all.");
        });
    foreignFormat(head)
        .ifPresent(name -> {
          throw Refused.forGood(
              "UnsupportedFormat",
              "The image from "
                  + shown
                  + " has the format "
                  + name
                  + "; convert it to qcow2 or raw (qemu-img convert -O qcow2).");
        });
  }

  /** Formats that would otherwise pass for raw and make a disk that boots nothing. */
  private static Optional<String> foreignFormat(Head head) {
    if (head.startsWith('C', 'O', 'W', 'D')
        || head.startsWith('#', ' ', 'D', 'i', 's', 'k', ' ', 'D', 'e', 's', 'c', 'r')) {
      return Optional.of("VMDK in several files");
    }
    if (head.startsWith('c', 'o', 'n', 'e', 'c', 't', 'i', 'x')) {
      return Optional.of("VHD");
    }
    if (head.startsWith('L', 'U', 'K', 'S', 0xba, 0xbe)) {
      return Optional.of("LUKS");
    }
    return head.startsWith('Q', 'E', 'D', 0) ? Optional.of("QED") : Optional.empty();
  }
}
