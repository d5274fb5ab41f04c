package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import cairn.appliance.api.Refusal;
import cairn.appliance.resource.ResourceWatch;
import cairn.appliance.resource.ResourceWatch.Event;
import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore.WatchEnded;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A watch as frames: one line of JSON per event, a bookmark now and then where the client wants
 * them, and an end after its time. What goes wrong on the way is an event too, and the last one.
 */
final class WatchFrames implements FrameSource {

  private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);
  private static final byte[] OBJECT = "\",\"object\":".getBytes(US_ASCII);
  private static final byte[] TYPE = "{\"type\":\"".getBytes(US_ASCII);
  private static final byte[] END = "}\n".getBytes(US_ASCII);

  private final ResourceWatch watch;
  private final Kind kind;
  private final Rendering rendering;
  private final boolean bookmarks;
  private final long endsAt;
  private long bookmarkAt;
  private boolean over;

  WatchFrames(
      ResourceWatch watch, Kind kind, Rendering rendering, boolean bookmarks, Duration lasts) {
    this.watch = watch;
    this.kind = kind;
    this.rendering = rendering;
    this.bookmarks = bookmarks;
    this.endsAt = System.nanoTime() + lasts.toNanos();
    this.bookmarkAt = System.nanoTime() + BETWEEN_BOOKMARKS.toNanos();
  }

  /** A watch that could not begin: an event that says why, and the end. */
  static FrameSource only(Refusal refusal) {
    Iterator<byte[]> frames = List.of(error(refusal)).iterator();
    return new FrameSource() {
      @Override
      public Optional<byte[]> next() {
        return frames.hasNext() ? Optional.of(frames.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<byte[]> next() throws InterruptedException {
    if (over) {
      return Optional.empty();
    }
    try {
      while (true) {
        long now = System.nanoTime();
        if (now - endsAt >= 0) {
          over = true;
          return Optional.empty();
        }
        if (bookmarks && now - bookmarkAt >= 0) {
          bookmarkAt = now + BETWEEN_BOOKMARKS.toNanos();
          return Optional.of(frame(watch.bookmark()));
        }
        long wakeAt = bookmarks ? Math.min(endsAt, bookmarkAt) : endsAt;
        Optional<Event> event = watch.next(Duration.ofNanos(wakeAt - now));
        if (event.isPresent()) {
          return Optional.of(frame(event.get()));
        }
      }
    } catch (WatchEnded ended) {
      // Closed by its client or with the service; either way there is nobody to tell.
      over = true;
      return Optional.empty();
    } catch (Refusal refusal) {
      over = true;
      return Optional.of(error(refusal));
    }
  }

  @Override
  public void close() {
    watch.close();
  }

  private static byte[] error(Refusal refusal) {
    return frame("ERROR", StatusDocument.bytes(StatusDocument.tree(refusal)));
  }

  private byte[] frame(Event event) {
    return frame(event.type().name(), rendering.one(kind, event.object()));
  }

  private static byte[] frame(String type, byte[] object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(object.length + 48);
    out.writeBytes(TYPE);
    out.writeBytes(type.getBytes(US_ASCII));
    out.writeBytes(OBJECT);
    out.writeBytes(object);
    out.writeBytes(END);
    return out.toByteArray();
  }
}
