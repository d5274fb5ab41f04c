package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.WriteRefused;
import java.io.IOException;

/** Refuses writes before the disk is so full that H2 would fail in the middle of one. */
final class Room {

  private final StoreDirectory directory;
  private final StoreLimits limits;

  Room(StoreDirectory directory, StoreLimits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  void toCreate(Key key) {
    refuseBelow(limits.roomToCreate(), key, "delete something, or make room on its file system");
  }

  void toWrite(Key key) {
    refuseBelow(limits.roomToWrite(), key, "make room on its file system");
  }

  private void refuseBelow(long least, Key key, String remedy) {
    if (ShortLived.includes(key)) {
      return;
    }
    long left = left();
    if (left < least) {
      throw new WriteRefused(
          WriteRefused.Why.STORE_FULL,
          "the disk of the store has %d MiB left and needs %d MiB for this; %s"
              .formatted(left >> 20, least >> 20, remedy));
    }
  }

  /** Whether there is room for everything. */
  Writability writability() {
    long left;
    try {
      left = left();
    } catch (StoreUnusable e) {
      return new Writability.Failing(String.valueOf(e.getMessage()));
    }
    if (left >= limits.roomToCreate()) {
      return new Writability.Open();
    }
    return new Writability.Full(
        "the disk of the store has %d MiB left: nothing new is taken below %d MiB, nothing at all below %d MiB; make room"
            .formatted(left >> 20, limits.roomToCreate() >> 20, limits.roomToWrite() >> 20));
  }

  long left() {
    try {
      return directory.room();
    } catch (IOException e) {
      throw new StoreUnusable("The free space of the store's disk cannot be read: " + e, e);
    }
  }
}
