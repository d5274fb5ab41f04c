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
    refuseBelow(limits.roomToCreate(), key);
  }

  void toWrite(Key key) {
    refuseBelow(limits.roomToWrite(), key);
  }

  private void refuseBelow(long least, Key key) {
    if (ShortLived.includes(key)) {
      return;
    }
    long left = left();
    if (left < least) {
      throw new WriteRefused(
          WriteRefused.Why.STORE_FULL,
          "%s was not written: the disk of the store has %d MiB left and needs %d MiB; make room, for example by deleting disks and images"
              .formatted(key, left >> 20, least >> 20));
    }
  }

  private long left() {
    try {
      return directory.room();
    } catch (IOException e) {
      throw new StoreUnusable("The free space of the store's disk cannot be read: " + e, e);
    }
  }
}
