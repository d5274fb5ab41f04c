package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.events.EventRecorder;
import cairn.appliance.resource.Resources;
import cairn.storage.DiskPool;
import cairn.storage.ImageCache;
import java.time.Clock;

/** Collaborators that both kinds of images share. */
public record ImageTools(
    Resources resources,
    ImageCache cache,
    DiskPool pool,
    Imports imports,
    Uploads uploads,
    ImageCleaning cleaning,
    EventRecorder events,
    Clock clock) {

  public ImageTools {
    requireNonNull(resources, "resources is null");
    requireNonNull(cache, "cache is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(imports, "imports is null");
    requireNonNull(uploads, "uploads is null");
    requireNonNull(cleaning, "cleaning is null");
    requireNonNull(events, "events is null");
    requireNonNull(clock, "clock is null");
  }
}
