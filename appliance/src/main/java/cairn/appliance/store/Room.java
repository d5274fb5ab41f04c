package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.WriteRefused;
import java.io.IOException;

/**
 * Refuses writes before the disk is so full that H2 would fail in the middle of one. What removes
 * something may use the {@link Reserve} as well.
 */
final class Room {

  /** What a removal needs: it writes one document and the pages that lead to it. */
  private static final long TO_REMOVE = 1 << 20;

  private static final String REMEDY = "delete something, or make room on its file system";

  private final StoreDirectory directory;
  private final StoreLimits limits;
  private final Reserve reserve;

  Room(StoreDirectory directory, StoreLimits limits) {
    this.directory = directory;
    this.limits = limits;
    this.reserve = Reserve.at(directory.reserve(), limits.reserve());
  }

  void toCreate(Key key) {
    refuseBelow(limits.roomToCreate(), key);
  }

  void toWrite(Key key) {
    refuseBelow(limits.roomToWrite(), key);
  }

  /** For what removes an object, is a step towards its removal, or makes it smaller. */
  void toRemove(Key key) {
    if (ShortLived.includes(key) || forAll() >= limits.roomToWrite()) {
      return;
    }
    reserve.open();
    long least = Math.min(TO_REMOVE, limits.roomToWrite());
    if (left() < least) {
      throw full(left(), least, "make room on its file system");
    }
  }

  private void refuseBelow(long least, Key key) {
    if (ShortLived.includes(key)) {
      return;
    }
    long left = forAll();
    if (left < least) {
      throw full(left, least, REMEDY);
    }
  }

  private static WriteRefused full(long left, long least, String remedy) {
    return new WriteRefused(
        WriteRefused.Why.STORE_FULL,
        "the disk of the store has %d MiB left and needs %d MiB for this; %s"
            .formatted(Math.max(0, left) >> 20, least >> 20, remedy));
  }

  /** Keeps the reserve, where it is missing and there is room for it beside all else. */
  void restore() {
    long missing = reserve.missing();
    if (missing > 0 && left() - missing >= limits.roomToCreate()) {
      reserve.keep();
    }
  }

  /** Bytes that any write may use. */
  private long forAll() {
    restore();
    return left() - reserve.missing();
  }

  /** Whether there is room for everything. */
  Writability writability() {
    long left;
    try {
      left = forAll();
    } catch (StoreUnusable e) {
      return new Writability.Failing(String.valueOf(e.getMessage()));
    }
    if (left >= limits.roomToCreate()) {
      return new Writability.Open();
    }
    return new Writability.Full(
        "the disk of the store has %d MiB left: nothing new is taken below %d MiB, nothing but removals below %d MiB; make room"
            .formatted(
                Math.max(0, left) >> 20, limits.roomToCreate() >> 20, limits.roomToWrite() >> 20));
  }

  long left() {
    try {
      return directory.room();
    } catch (IOException e) {
      throw new StoreUnusable("The free space of the store's disk cannot be read: " + e, e);
    }
  }
}
