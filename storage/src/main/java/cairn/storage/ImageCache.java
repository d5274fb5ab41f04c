package cairn.storage;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Images known by their content, each stored once as a sparse raw file.
 *
 * <p>An image is either absent or complete: a crash at any instant leaves at most working files
 * that the next start removes. All methods may block and may be called from any thread.
 */
public interface ImageCache {

  /**
   * Brings an image in: fetches, verifies, unpacks, checks and publishes it in one streaming pass.
   * Returns when it is durable.
   *
   * @param progress told from the calling thread as bytes arrive; may cancel by throwing
   * @throws StorageFault {@code REJECTED} for content or checksum that cannot become an image,
   *     {@code TRANSIENT} for a source that may answer later, {@code EXHAUSTED} when space is short
   */
  CachedImage bringIn(ImageSource source, ImportProgress progress);

  Optional<CachedImage> find(ContentId content);

  List<CachedImage> images();

  /** Removes every image that is not in {@code inUse} and not being used by this process. */
  void removeAllBut(Collection<ContentId> inUse);
}
