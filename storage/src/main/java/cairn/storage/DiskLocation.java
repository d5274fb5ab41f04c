package cairn.storage;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Where a disk's bytes are and how they are laid out. */
public sealed interface DiskLocation {

  DiskId id();

  /** Where what the guest writes goes. */
  Path file();

  /** Size that the guest sees. */
  ByteSize size();

  /** The file is the disk, byte by byte. */
  record Raw(DiskId id, Path file, ByteSize size) implements DiskLocation {

    public Raw {
      requireNonNull(id, "id is null");
      requireNonNull(file, "file is null");
      requireNonNull(size, "size is null");
    }
  }

  /** A qcow2 layer over a cached image; the base must live as long as the layer. */
  record Overlay(DiskId id, Path file, Path rawBase, ContentId base, ByteSize size)
      implements DiskLocation {

    public Overlay {
      requireNonNull(id, "id is null");
      requireNonNull(file, "file is null");
      requireNonNull(rawBase, "rawBase is null");
      requireNonNull(base, "base is null");
      requireNonNull(size, "size is null");
    }
  }
}
