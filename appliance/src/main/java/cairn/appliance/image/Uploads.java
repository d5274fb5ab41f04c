package cairn.appliance.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.server.FileDrop;
import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageCache;
import cairn.storage.ImageSource;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.ImportProgress;
import cairn.storage.StorageFault;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files that users send for images and disks. For each object that waits for one there is an
 * address whose last part is a secret; it is kept in the object's private record, so that it
 * outlives a restart of the service. Any thread may call.
 */
public final class Uploads implements FileDrop {

  /** How long an address is kept open for a file that does not come. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Logger log = LoggerFactory.getLogger(Uploads.class);
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int KEY_LENGTH = 32;

  /** In place: what came in has become the object's own, in its private record. */
  public static void done(ObjectNode privateDocument) {
    UploadRecord.remove(privateDocument);
  }

  /** How the upload for an object stands. */
  public sealed interface State {

    /**
     * @param address where to send the file
     * @param broken why the last attempt came to nothing
     * @param left how long nothing may come
     */
    record Awaited(URI address, Optional<String> broken, Duration left) implements State {}

    record Arriving(long transferred, OptionalLong expected, Duration lasted) implements State {}

    /** It is in the cache, which keeps it for the object. */
    record Arrived(ContentId content) implements State {}

    /**
     * Nothing can come in any more.
     *
     * @param reason of the object's Ready condition
     */
    record Failed(String reason, String message) implements State {}
  }

  private final Resources resources;
  private final ImageCache cache;
  private final Supplier<URI> entrance;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Instant begin;
  private final Map<UUID, Desk> desks = new HashMap<>();

  /**
   * @param entrance scheme, host and port under which users reach the API
   * @param random whose numbers nobody can guess
   */
  public Uploads(
      Resources resources,
      ImageCache cache,
      Supplier<URI> entrance,
      InstantSource clock,
      RandomGenerator random) {
    this.resources = requireNonNull(resources, "resources is null");
    this.cache = requireNonNull(cache, "cache is null");
    this.entrance = requireNonNull(entrance, "entrance is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.random = requireNonNull(random, "random is null");
    this.begin = clock.instant();
  }

  /** Whether an object's data source is an upload. */
  public static boolean wantedBy(JsonNode document) {
    return document.path("spec").path("dataSource").has("upload")
        || document.path("spec").path("dataSource").path("type").asString("").equals("Upload");
  }

  /**
   * How the upload for an object stands; opens an address for it if there is none.
   *
   * @param changed asks for another look at the object, from the thread of whoever sends
   */
  public State state(Resource object, Runnable changed) {
    UploadRecord record = record(object);
    if (record.failure().isPresent()) {
      forget(object.uid());
      return new State.Failed(record.failure().get().reason(), record.failure().get().message());
    }
    if (record.arrived().isPresent()) {
      forget(object.uid());
      return new State.Arrived(record.arrived().get());
    }
    Desk desk = desk(object, record, changed);
    State state = stateOf(desk, record);
    if (state instanceof State.Failed failed) {
      write(object, record.failed(new UploadRecord.Failure(failed.reason(), failed.message())));
      forget(object.uid());
    }
    return state;
  }

  /** Nothing is awaited for the object any more; what is on its way is cut off. */
  public synchronized void forget(UUID object) {
    Desk desk = desks.remove(object);
    if (desk != null) {
      desk.closed = true;
    }
  }

  /** Whether a file is between its first byte and its place on an object. */
  synchronized boolean busy() {
    return desks.values().stream().anyMatch(desk -> desk.arriving != null);
  }

  @Override
  public synchronized boolean awaits(String key) {
    return desk(key).isPresent();
  }

  @Override
  public Receipt take(String key, OptionalLong length, InputStream bytes) {
    Desk desk;
    synchronized (this) {
      Optional<Desk> found = desk(key);
      if (found.isEmpty()) {
        return Receipt.UNKNOWN;
      }
      desk = found.get();
      if (desk.arriving != null) {
        return Receipt.BUSY;
      }
      desk.arriving = new State.Arriving(0, length, Duration.ZERO);
    }
    desk.changed.run();
    try {
      return bringIn(desk, length, bytes);
    } finally {
      synchronized (this) {
        desk.arriving = null;
      }
      desk.changed.run();
    }
  }

  private Receipt bringIn(Desk desk, OptionalLong length, InputStream bytes) {
    try {
      CachedImage image = cache.bringIn(source(desk, length, bytes), progress(desk));
      keep(desk, image.content());
      settle(desk, new State.Arrived(image.content()));
      return Receipt.KEPT;
    } catch (StorageFault fault) {
      String message = fault.getMessage() + "";
      if (fault.kind() == StorageFault.Kind.REJECTED) {
        settle(desk, new State.Failed("ProvisioningFailedTerminally", message));
      } else {
        reopen(desk, message);
      }
      return Receipt.FAILED;
    } catch (CancellationException gone) {
      log.info("The upload for {} was given up: its object is gone or changed", desk.object.key());
      return Receipt.FAILED;
    }
  }

  /** Whoever is told that it is kept may forget it, so it is written down before. */
  private void keep(Desk desk, ContentId content) {
    UploadRecord record = desk.record.arrived(content);
    boolean kept =
        resources
            .amend(desk.object, read -> arrived(read, record))
            .filter(after -> UploadRecord.arrived(after.privateDocument()).isPresent())
            .isPresent();
    if (!kept) {
      throw new CancellationException("nobody wants it any more");
    }
  }

  private static Resources.Amendable arrived(Resources.Amendable object, UploadRecord record) {
    if (stillFor(object.privateDocument(), record)) {
      record.write(object.privateDocument());
    }
    return object;
  }

  private static boolean stillFor(JsonNode privateDocument, UploadRecord record) {
    return UploadRecord.read(privateDocument, record.source())
        .filter(there -> there.key().equals(record.key()))
        .isPresent();
  }

  private static ImageSource.Sent source(Desk desk, OptionalLong length, InputStream bytes) {
    if (length.orElse(0) == 0) {
      throw new StorageFault(
          StorageFault.Kind.TRANSIENT,
          "UploadOfNoSize",
          "The upload did not say how many bytes it has, or has none; send a file with its"
              + " Content-Length.",
          null);
    }
    return new ImageSource.Sent(bytes, new ByteSize(length.getAsLong()), desk.checksums);
  }

  private ImportProgress progress(Desk desk) {
    long since = System.nanoTime();
    return (transferred, expected) -> {
      synchronized (this) {
        if (desk.closed) {
          throw new CancellationException("nobody wants it any more");
        }
        desk.arriving =
            new State.Arriving(transferred, expected, Duration.ofNanos(System.nanoTime() - since));
      }
    };
  }

  private synchronized void settle(Desk desk, State end) {
    desk.end = end;
  }

  private synchronized void reopen(Desk desk, String broken) {
    desk.broken = broken;
    desk.reopened = clock.instant();
  }

  private synchronized State stateOf(Desk desk, UploadRecord record) {
    if (desk.end != null) {
      return desk.end;
    }
    if (desk.arriving != null) {
      return desk.arriving;
    }
    // A restart of the service takes nobody's time away.
    Instant since = later(later(record.since(), desk.reopened), begin);
    Duration left = PATIENCE.minus(Duration.between(since, clock.instant()));
    if (!left.isPositive()) {
      return new State.Failed(
          "WaitForUserUploadTimeout",
          "No file came within %d minutes; delete the object and create it again."
              .formatted(PATIENCE.toMinutes()));
    }
    URI address = entrance.get().resolve("/upload/" + desk.record.key());
    return new State.Awaited(address, Optional.ofNullable(desk.broken), left);
  }

  private static Instant later(Instant one, @Nullable Instant other) {
    return other != null && other.isAfter(one) ? other : one;
  }

  private UploadRecord record(Resource object) {
    String source = object.document().path("spec").path("dataSource").toString();
    return UploadRecord.read(object.privateDocument(), source)
        .orElseGet(() -> {
          UploadRecord opened = UploadRecord.opened(source, key(), clock.instant());
          write(object, opened);
          return opened;
        });
  }

  private void write(Resource object, UploadRecord record) {
    resources.amend(
        object,
        read -> {
          record.write(read.privateDocument());
          return read;
        });
  }

  private synchronized Desk desk(Resource object, UploadRecord record, Runnable changed) {
    Map<ChecksumAlgorithm, String> checksums =
        DataSource.checksums(object.document().path("spec").path("dataSource").path("upload"));
    Desk desk = desks.get(object.uid());
    if (desk == null || !desk.record.key().equals(record.key())) {
      forget(object.uid());
      desk = new Desk(object, record, checksums, changed);
      desks.put(object.uid(), desk);
    }
    return desk;
  }

  private synchronized Optional<Desk> desk(String key) {
    return desks.values().stream()
        .filter(desk -> desk.end == null && same(desk.record.key(), key))
        .findFirst();
  }

  /** In the same time however much of it is right. */
  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(US_ASCII), other.getBytes(US_ASCII));
  }

  private String key() {
    StringBuilder key = new StringBuilder();
    for (int at = 0; at < KEY_LENGTH; at++) {
      key.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return key.toString();
  }

  /** Where the file for one object is handed in; guarded by the registry. */
  private static final class Desk {
    private final Resource object;
    private final UploadRecord record;
    private final Map<ChecksumAlgorithm, String> checksums;
    private final Runnable changed;
    private State.@Nullable Arriving arriving;
    private @Nullable State end;
    private @Nullable String broken;
    private @Nullable Instant reopened;
    private boolean closed;

    Desk(
        Resource object,
        UploadRecord record,
        Map<ChecksumAlgorithm, String> checksums,
        Runnable changed) {
      this.object = object;
      this.record = record;
      this.checksums = checksums;
      this.changed = changed;
    }
  }
}
