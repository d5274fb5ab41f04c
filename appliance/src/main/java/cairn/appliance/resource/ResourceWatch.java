package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/** Changes of objects as a client asked for them. One thread takes; any thread may close. */
public interface ResourceWatch extends AutoCloseable {

  /**
   * The next event, waiting at most {@code patience}; empty if none came.
   *
   * @throws cairn.appliance.api.Refusal {@code EXPIRED} once this watcher fell too far behind: send
   *     it as an {@code ERROR} event and end the stream
   */
  Optional<Event> next(Duration patience) throws InterruptedException;

  /**
   * A bookmark that says up to where everything was handed out. The edge sends one about once a
   * minute where the client allows them, and none where it does not.
   */
  Event bookmark();

  @Override
  void close();

  /**
   * One event.
   *
   * @param object UTF-8 JSON ready to be sent; shared, nobody may change it
   */
  @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
  record Event(Type type, byte[] object) {

    /** The word in the frame. */
    public enum Type {
      ADDED,
      MODIFIED,
      DELETED,
      BOOKMARK
    }

    public Event {
      requireNonNull(type, "type is null");
      requireNonNull(object, "object is null");
    }
  }
}
