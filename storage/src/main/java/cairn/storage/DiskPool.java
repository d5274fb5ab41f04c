package cairn.storage;

import java.util.List;
import java.util.Optional;

/**
 * A place where disks live.
 *
 * <p>A disk is either absent or whole: no crash leaves a half-made one that {@link #find} would
 * show. Every method is idempotent, may block, and may be called from any thread; calls about one
 * disk must not overlap.
 */
public interface DiskPool {

  String name();

  Cloning cloning();

  Space space();

  /** An empty disk; if the disk exists it is returned as it is. */
  DiskLocation createBlank(DiskId disk, ByteSize size);

  /**
   * A disk that begins with the content of {@code image}, in a time that does not depend on its
   * size; if the disk exists it is returned as it is.
   *
   * @throws StorageFault {@code REJECTED} when {@code size} is smaller than the image
   */
  DiskLocation createFrom(DiskId disk, CachedImage image, ByteSize size);

  /** Makes the disk at least {@code size} long; never shrinks. */
  DiskLocation grow(DiskId disk, ByteSize size);

  Optional<DiskLocation> find(DiskId disk);

  List<DiskLocation> disks();

  void remove(DiskId disk);

  /** How a disk begins with an image's content. */
  enum Cloning {
    /** The file system shares the blocks; the disk stands alone. */
    REFLINK,
    /** A layer over the image, which must stay. */
    OVERLAY
  }

  /** Room in the pool. */
  record Space(ByteSize capacity, ByteSize free) {}
}
