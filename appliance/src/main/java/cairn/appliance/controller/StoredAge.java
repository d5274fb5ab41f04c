package cairn.appliance.controller;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.UptimeClock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long something about an object has lasted: time since this process first looked plus the age
 * that was stored before. A wall clock that was set wrong changes nothing. Safe for several
 * threads.
 */
public final class StoredAge {

  /** How much age a kill may cost. */
  public static final Duration STORE_EVERY = Duration.ofMinutes(1);

  private static final String FIELD = "age";

  private final UptimeClock clock;
  private final ConcurrentMap<UUID, Duration> looked = new ConcurrentHashMap<>();

  public StoredAge(UptimeClock clock) {
    this.clock = requireNonNull(clock, "clock is null");
  }

  /**
   * The age by now; it begins with the first look.
   *
   * @param privateDocument of the object, where {@link #store} put the age before
   */
  public Duration of(UUID uid, ObjectNode privateDocument) {
    Duration now = clock.uptime();
    Duration since = looked.computeIfAbsent(uid, _ -> now);
    return stored(privateDocument).plus(now.minus(since));
  }

  /** Whether enough has come together since the last store. */
  public boolean due(UUID uid) {
    Duration since = looked.get(uid);
    return since != null && clock.uptime().minus(since).compareTo(STORE_EVERY) >= 0;
  }

  /** Writes the age into the private document, in place; pure, fit for a retried write. */
  public void store(Duration age, ObjectNode privateDocument) {
    privateDocument.put(FIELD, age.toSeconds());
  }

  /** After a store, or when it begins anew: count from now. */
  public void restart(UUID uid) {
    looked.put(uid, clock.uptime());
  }

  public void forget(UUID uid) {
    looked.remove(uid);
  }

  private static Duration stored(ObjectNode privateDocument) {
    return Duration.ofSeconds(privateDocument.path(FIELD).asLong(0));
  }
}
