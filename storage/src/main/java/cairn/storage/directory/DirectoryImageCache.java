package cairn.storage.directory;

import static java.util.Objects.requireNonNull;

import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageCache;
import cairn.storage.ImageSource;
import cairn.storage.ImportProgress;
import cairn.storage.imports.ImageImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Images as files: {@code sha256/<first two digits>/<content>/disk.raw} with {@code meta.json}
 * beside it, made under {@code tmp} and renamed into place.
 *
 * <p>One process at a time owns the folder. An image that was handed out a short while ago counts
 * as in use, because whoever got it may not yet have written down that it uses it.
 */
public final class DirectoryImageCache implements ImageCache {

  private static final String RAW = "disk.raw";
  private static final String RECORD = "meta.json";

  private final Path working;
  private final Path images;
  private final FileAccess access;
  private final ImageImport imports;
  private final Duration grace;

  /** When each image was last handed out, by the clock that nobody sets. Guarded by this. */
  private final Map<ContentId, Long> handedOut = new HashMap<>();

  private DirectoryImageCache(
      Path working, Path images, FileAccess access, ImageImport imports, Duration grace) {
    this.working = working;
    this.images = images;
    this.access = access;
    this.imports = imports;
    this.grace = grace;
  }

  /**
   * Opens or makes a cache and removes what a crash left half-made.
   *
   * @param folder the cache's own
   * @param grace how long an image that was handed out is kept although nobody names it
   * @throws cairn.storage.StorageFault {@code BROKEN} when the folder cannot be used
   */
  public static DirectoryImageCache open(
      Path folder, FileAccess access, ImageImport imports, Duration grace) {
    requireNonNull(grace, "grace is null");
    Path working = folder.toAbsolutePath().resolve("tmp");
    Path images = folder.toAbsolutePath().resolve("sha256");
    try {
      Durable.makeFolders(working);
      Durable.makeFolders(images);
      access.closed(working);
      access.passable(folder);
      access.passable(images);
      Durable.empty(working);
      return new DirectoryImageCache(working, images, access, imports, grace);
    } catch (IOException failure) {
      throw Durable.fault("Cannot open the image cache", folder, failure);
    }
  }

  @Override
  public CachedImage bringIn(ImageSource source, ImportProgress progress) {
    try {
      Path half = Files.createDirectory(working.resolve(UUID.randomUUID().toString()));
      try {
        return published(half, imports.bring(source, half.resolve(RAW), progress));
      } catch (IOException failure) {
        // Judged before the rests are removed, as that frees the space that was short.
        throw Durable.fault("Cannot bring an image in", working, failure);
      } finally {
        Durable.removeTree(half);
      }
    } catch (IOException failure) {
      throw Durable.fault("Cannot bring an image in", working, failure);
    }
  }

  @Override
  public synchronized Optional<CachedImage> find(ContentId content) {
    try {
      Optional<CachedImage> found = located(content);
      found.ifPresent(image -> handOut(image.content()));
      return found;
    } catch (IOException failure) {
      throw Durable.fault("Cannot look at image " + content, images, failure);
    }
  }

  @Override
  public synchronized List<CachedImage> images() {
    try {
      List<CachedImage> found = new ArrayList<>();
      for (ContentId content : contents()) {
        found.addAll(located(content).stream().toList());
      }
      return List.copyOf(found);
    } catch (IOException failure) {
      throw Durable.fault("Cannot list the image cache", images, failure);
    }
  }

  @Override
  public synchronized void removeAllBut(Collection<ContentId> inUse) {
    handedOut.values().removeIf(instant -> System.nanoTime() - instant >= grace.toNanos());
    try {
      for (ContentId content : contents()) {
        if (!inUse.contains(content) && !handedOut.containsKey(content)) {
          remove(content);
        }
      }
    } catch (IOException failure) {
      throw Durable.fault("Cannot tidy the image cache", images, failure);
    }
  }

  /** Renames a complete image into place, unless the same content is there already. */
  private synchronized CachedImage published(Path half, ImageImport.Imported imported)
      throws IOException {
    ContentId content = imported.content();
    if (located(content).isEmpty()) {
      Path record = half.resolve(RECORD);
      new ImageRecord(imported.virtualSize(), imported.transferred(), imported.format())
          .write(record);
      access.readOnly(half.resolve(RAW));
      access.passable(half);
      Durable.sync(half.resolve(RAW));
      Durable.sync(record);
      Durable.sync(half);
      if (Files.exists(folderOf(content))) {
        // Somebody took its file away; what is left of it tells nothing.
        remove(content);
      }
      Path shelf = Durable.parent(folderOf(content));
      Durable.makeFolders(shelf);
      access.passable(shelf);
      Durable.move(half, folderOf(content));
    }
    handOut(content);
    return new CachedImage(
        content,
        folderOf(content).resolve(RAW),
        imported.virtualSize(),
        imported.transferred(),
        imported.format());
  }

  private void handOut(ContentId content) {
    handedOut.put(content, System.nanoTime());
  }

  private void remove(ContentId content) throws IOException {
    // Away from sight in one step; a crash leaves the rest to the next opening.
    Path unlinked = working.resolve(UUID.randomUUID().toString());
    Durable.move(folderOf(content), unlinked);
    Durable.removeTree(unlinked);
  }

  private Optional<CachedImage> located(ContentId content) throws IOException {
    Path folder = folderOf(content);
    Path raw = folder.resolve(RAW);
    if (!Files.exists(raw)) {
      return Optional.empty();
    }
    ImageRecord record = ImageRecord.read(folder.resolve(RECORD));
    return Optional.of(
        new CachedImage(content, raw, record.virtualSize(), record.transferred(), record.format()));
  }

  private List<ContentId> contents() throws IOException {
    try (var folders = Files.walk(images, 2)) {
      return folders
          .filter(folder -> images.relativize(folder).getNameCount() == 2)
          .map(folder -> folder.getFileName().toString())
          // What is not named as we name things is not ours to show or remove.
          .filter(name -> name.matches("[0-9a-f]{64}"))
          .map(ContentId::new)
          .toList();
    }
  }

  private Path folderOf(ContentId content) {
    return images.resolve(content.sha256().substring(0, 2)).resolve(content.sha256());
  }
}
