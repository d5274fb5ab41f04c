package cairn.storage;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** Identity of a disk; it names the disk's folder, so it is never made from user text. */
public record DiskId(UUID uuid) {

  public DiskId {
    requireNonNull(uuid, "uuid is null");
  }

  public static DiskId parse(String text) {
    return new DiskId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
