package cairn.appliance.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The store on an H2 file. Writers decide at the {@link Head}, the {@link Committer} makes their
 * writes durable and publishes them in revision order, readers see {@link Published} only.
 */
public final class H2ResourceStore implements ResourceStore {

  private final StoreDirectory directory;
  private final Room room;
  private final Published published;
  private final Head head;
  private final Committer committer;

  /**
   * Opens the store in a directory, which is made if missing.
   *
   * @throws StoreUnusable if it is in use by another process, damaged, or of a newer Cairn
   */
  public static H2ResourceStore open(Path directory) {
    return open(directory, StoreLimits.STANDARD, Retention.STANDARD, UptimeClock.system());
  }

  public static H2ResourceStore open(
      Path path, StoreLimits limits, Retention retention, UptimeClock clock) {
    StoreDirectory directory = StoreDirectory.hold(path);
    try {
      return new H2ResourceStore(directory, limits, retention, clock);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private H2ResourceStore(
      StoreDirectory directory, StoreLimits limits, Retention retention, UptimeClock clock) {
    this.directory = directory;
    this.room = new Room(directory, limits);
    RotatingFile file = RotatingFile.open(directory, limits);
    ObjectFile.Contents found = file.load();
    this.published = new Published(found.objects(), found.ceiling(), retention, clock);
    this.head = new Head(published);
    this.committer =
        new Committer(
            head, published, file, new ShortLived(retention, found, clock.uptime()), clock);
    committer.start();
    room.restore();
  }

  @Override
  public Revision revision() {
    return published.revision();
  }

  @Override
  public Optional<Stored> get(Key key) {
    return published.get(key);
  }

  @Override
  public Listing list(Selection selection) {
    return published.list(selection);
  }

  @Override
  public Listing list(Selection selection, Revision then) {
    return published.list(selection, then);
  }

  @Override
  public Watch watch(Selection selection, Revision after) {
    return published.watch(selection, after);
  }

  @Override
  public Stored create(Key key, UUID uid, Draft draft) {
    room.toCreate(key);
    return settled(head.submit(new Write.Create(key, uid, draft)));
  }

  @Override
  public Stored replace(Key key, Revision expected, Draft draft) {
    room.toWrite(key);
    return settled(head.submit(new Write.Replace(key, expected, draft)));
  }

  @Override
  public Stored reduce(Key key, Revision expected, Draft draft) {
    room.toRemove(key);
    return settled(head.submit(new Write.Replace(key, expected, draft)));
  }

  @Override
  public Stored delete(Key key, Revision expected, Draft last) {
    room.toRemove(key);
    return settled(head.submit(new Write.Delete(key, expected, last)));
  }

  private static Stored settled(CompletableFuture<Stored> pending) {
    try {
      return pending.join();
    } catch (CompletionException e) {
      // Thrown anew, so that the trace shows the writer and not only the committer.
      switch (e.getCause()) {
        case WriteRefused refused -> throw new WriteRefused(refused.why(), words(refused));
        case StoreUnusable unusable -> throw new StoreUnusable(words(unusable), unusable);
        case null, default -> throw e;
      }
    }
  }

  private static String words(RuntimeException refusal) {
    return String.valueOf(refusal.getMessage());
  }

  /** Size on disk and work done so far; any thread may ask. */
  public StoreFigures figures() {
    return committer.figures();
  }

  /** Whether a write would be taken now; any thread may ask. */
  public Writability writability() {
    Writability writer = committer.writability();
    return writer instanceof Writability.Open ? room.writability() : writer;
  }

  /**
   * Bytes that can still be written to the disk of the store.
   *
   * @throws StoreUnusable if the disk does not tell
   */
  public long room() {
    return room.left();
  }

  @Override
  public void close() {
    head.close();
    committer.awaitEnd();
    published.end();
    directory.close();
  }
}
