package cairn.appliance.disk;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.DiskLocation;
import java.util.Optional;
import java.util.OptionalLong;

/** What to do about a disk, decided from what is wanted and what is there. Pure. */
sealed interface DiskPlan {

  ByteSize STEP = ByteSize.ofMebibytes(1);

  record Keep() implements DiskPlan {}

  record MakeBlank(ByteSize size) implements DiskPlan {}

  record Clone(CachedImage image, ByteSize size) implements DiskPlan {}

  record Grow(ByteSize size) implements DiskPlan {}

  /** The image is larger than the disk may be. */
  record Refuse(String message) implements DiskPlan {}

  /** The disk was there and is not any more. */
  record Lost() implements DiskPlan {}

  /**
   * What decides.
   *
   * @param wanted size named in the spec
   * @param image what the disk is to begin with, if not blank
   * @param madeBefore whether it was Ready once
   * @param there the disk as the pool shows it
   */
  record Situation(
      OptionalLong wanted,
      Optional<CachedImage> image,
      boolean madeBefore,
      Optional<DiskLocation> there) {
    public Situation {
      requireNonNull(wanted, "wanted is null");
      requireNonNull(image, "image is null");
      requireNonNull(there, "there is null");
    }
  }

  static DiskPlan decide(Situation situation) {
    if (situation.there().isPresent()) {
      ByteSize size = situation.there().get().size();
      Optional<ByteSize> wanted = wanted(situation.wanted());
      return wanted.isPresent() && wanted.get().compareTo(size) > 0
          ? new Grow(wanted.get())
          : new Keep();
    }
    if (situation.madeBefore()) {
      return new Lost();
    }
    if (situation.image().isEmpty()) {
      return wanted(situation.wanted())
          .<DiskPlan>map(MakeBlank::new)
          .orElseGet(() -> new Refuse("A blank disk needs a size."));
    }
    CachedImage image = situation.image().get();
    ByteSize needed = image.virtualSize();
    if (situation.wanted().isPresent() && situation.wanted().getAsLong() < needed.bytes()) {
      return new Refuse(
          "The disk is to have %s, but its image needs %s; set spec.persistentVolumeClaim.size to at least that."
              .formatted(
                  ByteCount.quantity(situation.wanted().getAsLong()),
                  ByteCount.quantity(needed.bytes())));
    }
    return new Clone(image, wanted(situation.wanted()).orElse(needed.roundUpTo(STEP)));
  }

  private static Optional<ByteSize> wanted(OptionalLong bytes) {
    return bytes.isPresent()
        ? Optional.of(new ByteSize(bytes.getAsLong()).roundUpTo(STEP))
        : Optional.empty();
  }
}
