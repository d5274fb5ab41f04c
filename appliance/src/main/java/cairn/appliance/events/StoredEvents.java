package cairn.appliance.events;

import cairn.appliance.api.Refusal;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.events.Repetitions.Same;
import cairn.appliance.events.Repetitions.Subject;
import cairn.appliance.events.Repetitions.Telling;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events in the store. Callers only leave a note; one virtual thread writes. The same thing about
 * the same object raises the count of the event that is there, also of one from before a restart,
 * and shows it as it was told last. What goes beyond the {@link Allowance} of an object is counted
 * and not written.
 */
public final class StoredEvents implements EventRecorder, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoredEvents.class);

  /** More than this on the way means the store is stuck; then events are only logged. */
  private static final int ON_THE_WAY = 1024;

  private static final String SOURCE = "cairn";
  private static final int REMEMBERED = 4096;
  private static final int LONGEST_MESSAGE = 1024;
  private static final int LONGEST_NAME = 236;

  private final BlockingQueue<Note> notes = new ArrayBlockingQueue<>(ON_THE_WAY);
  private final Resources resources;
  private final Clock clock;
  private final RandomGenerator random;
  private final Thread writer;
  private final Repetitions repetitions = new Repetitions();
  private final Allowance allowance = new Allowance();
  private final Map<Same, Kept> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Same, Kept> eldest) {
          return size() > REMEMBERED;
        }
      };

  public StoredEvents(Resources resources, Clock clock, RandomGenerator random) {
    this.resources = resources;
    this.clock = clock;
    this.random = random;
    this.writer = Thread.ofVirtual().name("events").start(this::write);
  }

  private enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /**
   * The event that tells something.
   *
   * @param key empty while none is stored
   * @param untold how often it was told since without being written
   */
  private record Kept(Optional<Key> key, int untold) {}

  private record Note(Resource about, Type type, String reason, String message, Instant at) {

    Subject subject() {
      return new Subject(about.uid().toString(), type.word, reason);
    }
  }

  @Override
  public void normal(Resource about, String reason, String message) {
    take(about, Type.NORMAL, reason, message);
  }

  @Override
  public void warning(Resource about, String reason, String message) {
    take(about, Type.WARNING, reason, message);
  }

  /** Drops what is still on the way. */
  @Override
  public void close() {
    writer.interrupt();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(Resource about, Type type, String reason, String message) {
    if (!notes.offer(new Note(about, type, reason, message, clock.instant()))) {
      LOG.warn("Event about {} not kept: {}: {}", about.key(), reason, message);
    }
  }

  private void write() {
    try {
      while (true) {
        Note note = notes.take();
        try {
          write(note);
        } catch (Refusal refusal) {
          LOG.info(
              "Event about {} not kept: {}: {}; {}",
              note.about().key(),
              note.reason(),
              note.message(),
              refusal.getMessage());
        } catch (RuntimeException defect) {
          LOG.error("Event about {} not kept", note.about().key(), defect);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Note note) {
    if (!repetitions.knows(note.subject())) {
      repetitions.recall(note.subject(), recentMessages(note), note.at());
    }
    Telling telling = repetitions.of(note.subject(), note.message(), note.at());
    Same same = telling.same();
    Kept kept = recent.computeIfAbsent(same, _ -> new Kept(stored(note, same), 0));
    if (!allowance.take(note.subject().uid(), note.at())) {
      LOG.debug(
          "Event about {} not kept: {}: {}", note.about().key(), note.reason(), note.message());
      recent.put(same, new Kept(kept.key(), kept.untold() + 1));
      return;
    }
    String message = cut(telling.message());
    String at = note.at().truncatedTo(ChronoUnit.SECONDS).toString();
    int times = kept.untold() + 1;
    Key key =
        kept.key()
            .filter(known -> counted(known, message, at, times))
            .orElseGet(() -> created(note, message, at, times).key());
    recent.put(same, new Kept(Optional.of(key), 0));
  }

  /** The event of before a restart that is told again, if it is still there. */
  private Optional<Key> stored(Note note, Same same) {
    return before(note)
        .filter(event -> Repetitions.isOf(same, event.document().path("message").asString("")))
        .map(Resource::key)
        .findFirst();
  }

  private List<String> recentMessages(Note note) {
    return before(note)
        .filter(event -> isRecent(event.document().path("lastTimestamp").asString(""), note.at()))
        .map(event -> event.document().path("message").asString(""))
        .toList();
  }

  private static boolean isRecent(String last, Instant now) {
    try {
      return Instant.parse(last).plus(Repetitions.SOON).isAfter(now);
    } catch (DateTimeException none) {
      return false;
    }
  }

  /** Our own events of that subject. */
  private Stream<Resource> before(Note note) {
    Subject subject = note.subject();
    Selection selection = new Selection(ResourceNames.EVENTS, namespace(note.about()), "");
    return resources.mentioning(subject.uid(), selection).stream()
        .filter(event -> {
          JsonNode document = event.document();
          return document.path("involvedObject").path("uid").asString("").equals(subject.uid())
              && document.path("type").asString("").equals(subject.type())
              && document.path("reason").asString("").equals(subject.reason())
              && document.path("source").path("component").asString("").equals(SOURCE);
        });
  }

  private static String namespace(Resource about) {
    return about.namespace().isEmpty() ? "default" : about.namespace();
  }

  private static String cut(String message) {
    return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
  }

  /** False if the event is gone. */
  private boolean counted(Key key, String message, String at, int times) {
    return resources
        .get(key)
        .flatMap(event ->
            resources.amend(
                event,
                amendable -> {
                  ObjectNode document = amendable.document();
                  document.put("count", document.path("count").asInt(1) + times);
                  document.put("lastTimestamp", at);
                  document.put("message", message);
                  return amendable;
                }))
        .isPresent();
  }

  private Resource created(Note note, String message, String at, int times) {
    Resource about = note.about();
    String namespace = namespace(about);
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name(about.name())).put("namespace", namespace);
    ObjectNode involved = event.putObject("involvedObject");
    involved.put("apiVersion", about.kind().apiVersion()).put("kind", about.kind().kind());
    involved.put("name", about.name());
    if (!about.namespace().isEmpty()) {
      involved.put("namespace", about.namespace());
    }
    involved.put("uid", about.uid().toString());
    involved.put("resourceVersion", about.revision().toString());
    event.put("reason", note.reason()).put("message", message);
    event.put("type", note.type().word);
    event.putObject("source").put("component", SOURCE);
    event.put("reportingComponent", SOURCE).put("reportingInstance", "");
    event.put("firstTimestamp", at).put("lastTimestamp", at).put("count", times);
    return resources.create(event, JsonNodeFactory.instance.objectNode());
  }

  private String name(String about) {
    String base = about.length() > LONGEST_NAME ? about.substring(0, LONGEST_NAME) : about;
    return base + "." + String.format("%016x", random.nextLong());
  }
}
