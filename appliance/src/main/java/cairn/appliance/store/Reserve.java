package cairn.appliance.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that is kept for removals: a file of nothing, given up when there is no other
 * room left. Without it a disk that others filled to the last byte would keep what could make room
 * from being deleted. Any thread.
 */
final class Reserve {

  private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

  private static final int BLOCK = 64 << 10;

  private final Path file;
  private final long size;
  private boolean kept;

  private Reserve(Path file, long size, boolean kept) {
    this.file = file;
    this.size = size;
    this.kept = kept;
  }

  /**
   * Of that many bytes, not kept yet unless a service before this one kept it.
   *
   * @param size zero for no reserve
   */
  static Reserve at(Path file, long size) {
    try {
      boolean there = Files.exists(file) && Files.size(file) == size;
      if (!there) {
        Files.deleteIfExists(file);
      }
      return new Reserve(file, size, there || size == 0);
    } catch (IOException e) {
      LOG.warn("The reserve {} of the store is not to be had: {}", file, e.toString());
      return new Reserve(file, size, false);
    }
  }

  /** Bytes of the free room that removals alone may use now. */
  synchronized long missing() {
    return kept ? 0 : size;
  }

  /** Gives the room up, so that removals have it. */
  synchronized void open() {
    if (size == 0 || !kept) {
      return;
    }
    kept = false;
    LOG.warn("The disk is full: {} MiB of reserve serve what is removed", size >> 20);
    drop();
  }

  /** Keeps the room again. Only for a disk that has it and more. */
  synchronized void keep() {
    if (kept) {
      return;
    }
    // What cannot be compressed: a file system that packs zeros would keep nothing.
    byte[] block = new byte[BLOCK];
    new Random(1).nextBytes(block);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long written = 0; written < size; written += BLOCK) {
        out.write(block, 0, (int) Math.min(BLOCK, size - written));
      }
      kept = true;
    } catch (IOException e) {
      LOG.warn("The reserve of the store cannot be kept now: {}", e.toString());
      drop();
    }
  }

  private void drop() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("The reserve {} of the store cannot be given up: {}", file, e.toString());
    }
  }
}
