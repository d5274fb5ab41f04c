package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageCache;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * Removes contents that nobody names. An image names its content, and so does a disk whose layer
 * lies on it; both write the name down before they rely on it. While a disk is being made nothing
 * is removed.
 */
public final class ImageCleaning {

  /** Where disks write down what their layer lies on. */
  public static final String BASE = "base";

  private final ResourceReader resources;
  private final ImageCache cache;
  private final Imports imports;
  private final Uploads uploads;
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

  public ImageCleaning(
      ResourceReader resources, ImageCache cache, Imports imports, Uploads uploads) {
    this.resources = requireNonNull(resources, "resources is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.imports = requireNonNull(imports, "imports is null");
    this.uploads = requireNonNull(uploads, "uploads is null");
  }

  /** Uses a cached image; it cannot disappear meanwhile. Empty if it is not there. */
  public <T> Optional<T> using(ContentId content, Function<CachedImage, T> use) {
    lock.readLock().lock();
    try {
      return cache.find(content).map(use);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Removes what only this object named, as it is about to disappear. */
  public void without(Key leaving) {
    removeUnnamed(Set.of(leaving));
  }

  /**
   * Removes what nobody names, after an object is gone: two that named the same content and left
   * together each saw the other one still standing.
   */
  public void afterwards() {
    removeUnnamed(Set.of());
  }

  private void removeUnnamed(Set<Key> leaving) {
    lock.writeLock().lock();
    try {
      if (imports.busy() || uploads.busy()) {
        // A content may be published and not yet written down; the next removal comes past it.
        return;
      }
      Set<ContentId> used = new HashSet<>(imports.arrived());
      for (String resource :
          List.of(ResourceNames.IMAGES, ResourceNames.CLUSTER_IMAGES, ResourceNames.DISKS)) {
        for (Resource each : resources.list(new Selection(resource, "", ""))) {
          if (!leaving.contains(each.key())) {
            name(each, "content").ifPresent(used::add);
            name(each, BASE).ifPresent(used::add);
            UploadRecord.arrived(each.privateDocument()).ifPresent(used::add);
          }
        }
      }
      cache.removeAllBut(used);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static Optional<ContentId> name(Resource resource, String field) {
    String content = resource.privateDocument().path(field).asString("");
    return content.isEmpty() ? Optional.empty() : Optional.of(new ContentId(content));
  }
}
