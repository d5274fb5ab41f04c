package cairn.appliance.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** A store that forgets everything with the process; otherwise it keeps the whole contract. */
public final class MemoryResourceStore implements ResourceStore {

  private final ReentrantLock writer = new ReentrantLock();
  private final UptimeClock clock;
  private final ShortLived shortLived;
  private final Published published;
  private boolean closed;

  public MemoryResourceStore() {
    this(Retention.STANDARD, UptimeClock.system());
  }

  public MemoryResourceStore(Retention retention, UptimeClock clock) {
    this.clock = clock;
    this.shortLived = new ShortLived(retention);
    this.published = new Published(List.of(), new Revision(0), retention, clock);
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
    return write(new Write.Create(key, uid, draft));
  }

  @Override
  public Stored replace(Key key, Revision expected, Draft draft) {
    return write(new Write.Replace(key, expected, draft));
  }

  @Override
  public Stored delete(Key key, Revision expected, Draft last) {
    return write(new Write.Delete(key, expected, last));
  }

  private Stored write(Write write) {
    writer.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The store is closed; nothing was written");
      }
      Stored now = decideAndPublish(write);
      expire(clock.uptime());
      return now;
    } finally {
      writer.unlock();
    }
  }

  private Stored decideAndPublish(Write write) {
    Revision next = new Revision(published.revision().value() + 1);
    Change change = write.decide(published.get(write.key()), next);
    shortLived.note(change, clock.uptime());
    published.publish(List.of(change));
    return change.now();
  }

  private void expire(Duration now) {
    for (Key due : shortLived.due(now)) {
      published
          .get(due)
          .ifPresent(old ->
              decideAndPublish(
                  new Write.Delete(
                      due,
                      old.revision(),
                      _ -> new Content(old.document(), old.privateDocument()))));
    }
  }

  @Override
  public void close() {
    writer.lock();
    try {
      closed = true;
      published.end();
    } finally {
      writer.unlock();
    }
  }
}
