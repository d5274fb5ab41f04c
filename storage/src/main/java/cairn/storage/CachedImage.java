package cairn.storage;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * An image in the cache: complete, checked and never changing.
 *
 * @param file sparse raw file with the virtual content, read-only
 * @param virtualSize what a disk made from it must hold at least
 * @param transferred how many bytes came over the wire
 * @param format what the bytes were when they came
 */
public record CachedImage(
    ContentId content, Path file, ByteSize virtualSize, ByteSize transferred, Format format) {

  public CachedImage {
    requireNonNull(content, "content is null");
    requireNonNull(file, "file is null");
    requireNonNull(virtualSize, "virtualSize is null");
    requireNonNull(transferred, "transferred is null");
    requireNonNull(format, "format is null");
  }

  /** Image formats that can be brought in. */
  public enum Format {
    QCOW2,
    RAW,
    VMDK,
    VDI,
    VHDX,
    ISO
  }

  public boolean cdrom() {
    return format == Format.ISO;
  }
}
