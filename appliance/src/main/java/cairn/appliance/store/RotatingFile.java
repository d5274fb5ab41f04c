package cairn.appliance.store;

import cairn.appliance.store.ObjectFile.Batch;
import cairn.appliance.store.ObjectFile.Contents;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only file, replaced by a fresh one when it grew too large or failed. The old file
 * counts until the fresh one is complete, synced, renamed over it and the directory synced; a crash
 * at any step leaves one of the two, and both hold every acknowledged write. Used by one thread at
 * a time.
 */
final class RotatingFile {

  private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);

  private final StoreDirectory directory;
  private final StoreLimits limits;

  /** Null after a failure: nothing more is written there, the next commit begins a fresh file. */
  private @Nullable ObjectFile file;

  private long rotateAt;
  private long size;
  private long rotations;

  private RotatingFile(StoreDirectory directory, StoreLimits limits) {
    this.directory = directory;
    this.limits = limits;
    this.rotateAt = limits.rotateAt();
  }

  static RotatingFile open(StoreDirectory directory, StoreLimits limits) {
    RotatingFile rotating = new RotatingFile(directory, limits);
    try {
      if (!Files.exists(directory.current())) {
        rotating.build(new Batch(Map.of(), Map.of(), new Revision(0)));
        directory.promote();
      }
      rotating.file = ObjectFile.open(directory.current());
      rotating.size = Files.size(directory.current());
      return rotating;
    } catch (IOException | SQLException e) {
      throw new StoreUnusable(
          "The store file %s cannot be made: %s; see that its disk is writable and has room"
              .formatted(directory.current(), e),
          e);
    }
  }

  Contents load() {
    if (file == null) {
      throw new IllegalStateException("no file is open");
    }
    try {
      return file.load();
    } catch (StoreUnusable e) {
      giveUp();
      throw e;
    }
  }

  /**
   * One transaction, durable when this returns.
   *
   * @param truth everything that is published, for a fresh file
   * @throws SQLException or IOException if it is not durable; the file is given up and the next
   *     commit begins a fresh one
   */
  void commit(Batch batch, Supplier<Batch> truth) throws SQLException, IOException {
    if (file == null) {
      rotate(truth.get());
    }
    ObjectFile open = file;
    if (open == null) {
      throw new IOException("no store file is open");
    }
    try {
      open.commit(batch);
      size = open.size();
    } catch (SQLException | IOException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  boolean isTooLarge() {
    return size > rotateAt;
  }

  /** Whether the file failed and no fresh one was begun yet. */
  boolean isGivenUp() {
    return file == null;
  }

  /** Begins a fresh file now; when that fails, goes on in the old one and tries again later. */
  void tryRotate(Batch truth) {
    try {
      rotate(truth);
    } catch (SQLException | IOException | RuntimeException e) {
      rotateAt = size + limits.rotateAt() / 4;
      LOG.warn(
          "The store file {} could not be written afresh and stays at {} bytes: {}",
          directory.current(),
          size,
          e.toString());
    }
  }

  private void rotate(Batch truth) throws SQLException, IOException {
    try {
      build(truth);
    } catch (SQLException | IOException | RuntimeException e) {
      directory.dropFresh();
      throw e;
    }
    giveUp();
    directory.promote();
    ObjectFile fresh = ObjectFile.open(directory.current());
    fresh.load();
    file = fresh;
    size = fresh.size();
    rotateAt = Math.max(limits.rotateAt(), 2 * size);
    rotations++;
  }

  private void build(Batch truth) throws SQLException, IOException {
    ObjectFile.create(directory.prepareFresh(), truth).close();
  }

  private void giveUp() {
    ObjectFile old = file;
    file = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException e) {
        LOG.info("The given-up store file did not close cleanly: {}", e.toString());
      }
    }
  }

  void close() {
    giveUp();
  }

  long size() {
    return size;
  }

  long rotations() {
    return rotations;
  }

  /** A batch that holds everything. */
  static Batch whole(List<Stored> objects, ShortLived shortLived, Duration now, Revision ceiling) {
    Map<Key, Optional<Stored>> states = new LinkedHashMap<>();
    Map<Key, Duration> ages = new HashMap<>();
    for (Stored object : objects) {
      states.put(object.key(), Optional.of(object));
      if (ShortLived.includes(object.key())) {
        ages.put(object.key(), shortLived.age(object.key(), now));
      }
    }
    return new Batch(states, ages, ceiling);
  }
}
