package cairn.appliance.store;

/**
 * Sizes on disk, in bytes.
 *
 * @param rotateAt the file is written afresh once it is larger than this, and at least twice as
 *     large as it was when fresh
 * @param roomToCreate with less free space than this, nothing new is accepted
 * @param roomToWrite with less free space than this, only removals are accepted; not larger than
 *     {@code roomToCreate}
 * @param reserve held back for removals, so that on a full disk objects can still be deleted
 */
public record StoreLimits(long rotateAt, long roomToCreate, long roomToWrite, long reserve) {

  private static final long MEBIBYTE = 1024L * 1024;

  public static final StoreLimits STANDARD =
      new StoreLimits(128 * MEBIBYTE, 64 * MEBIBYTE, 16 * MEBIBYTE, 16 * MEBIBYTE);

  public StoreLimits {
    if (rotateAt < 1 || roomToWrite < 0 || reserve < 0 || roomToCreate < roomToWrite) {
      throw new IllegalArgumentException(
          "rotateAt is %d, roomToCreate %d, roomToWrite %d, reserve %d; expected rotateAt > 0, roomToCreate >= roomToWrite >= 0 and reserve >= 0"
              .formatted(rotateAt, roomToCreate, roomToWrite, reserve));
    }
  }
}
