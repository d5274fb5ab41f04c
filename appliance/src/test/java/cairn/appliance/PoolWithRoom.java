package cairn.appliance;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import java.util.List;
import java.util.Optional;

/** A pool in which as much is free as a test says. */
final class PoolWithRoom implements DiskPool {

  private final DiskPool pool;

  /** What is free, if not what really is. */
  volatile Optional<ByteSize> free = Optional.empty();

  PoolWithRoom(DiskPool pool) {
    this.pool = pool;
  }

  @Override
  public String name() {
    return pool.name();
  }

  @Override
  public Cloning cloning() {
    return pool.cloning();
  }

  @Override
  public Space space() {
    Space real = pool.space();
    return new Space(real.capacity(), free.orElse(real.free()));
  }

  @Override
  public DiskLocation createBlank(DiskId disk, ByteSize size) {
    return pool.createBlank(disk, size);
  }

  @Override
  public DiskLocation createFrom(DiskId disk, CachedImage image, ByteSize size) {
    return pool.createFrom(disk, image, size);
  }

  @Override
  public DiskLocation grow(DiskId disk, ByteSize size) {
    return pool.grow(disk, size);
  }

  @Override
  public Optional<DiskLocation> find(DiskId disk) {
    return pool.find(disk);
  }

  @Override
  public List<DiskLocation> disks() {
    return pool.disks();
  }

  @Override
  public void remove(DiskId disk) {
    pool.remove(disk);
  }
}
