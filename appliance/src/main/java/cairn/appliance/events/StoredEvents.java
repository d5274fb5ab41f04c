package cairn.appliance.events;

import cairn.appliance.api.Refusal;
import cairn.appliance.events.Repetitions.Same;
import cairn.appliance.events.Repetitions.Subject;
import cairn.appliance.events.Repetitions.Telling;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events in the store. Callers only leave a note; one virtual thread writes. The same thing about
 * the same object raises the count of the event that is there, and shows it as it was told last.
 */
public final class StoredEvents implements EventRecorder, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoredEvents.class);

  /** More than this on the way means the store is stuck; then events are only logged. */
  private static final int ON_THE_WAY = 1024;

  private static final int REMEMBERED = 4096;
  private static final int LONGEST_MESSAGE = 1024;
  private static final int LONGEST_NAME = 236;

  private final BlockingQueue<Note> notes = new ArrayBlockingQueue<>(ON_THE_WAY);
  private final Resources resources;
  private final Clock clock;
  private final RandomGenerator random;
  private final Thread writer;
  private final Repetitions repetitions = new Repetitions();
  private final Map<Same, Key> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Same, Key> eldest) {
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
    Telling telling = repetitions.of(note.subject(), note.message(), note.at());
    String message = cut(telling.message());
    String at = note.at().truncatedTo(ChronoUnit.SECONDS).toString();
    Key known = recent.get(telling.same());
    if (known == null || !counted(known, message, at)) {
      recent.put(telling.same(), created(note, message, at).key());
    }
  }

  private static String cut(String message) {
    return message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
  }

  /** False if the event is gone. */
  private boolean counted(Key key, String message, String at) {
    return resources
        .get(key)
        .flatMap(event ->
            resources.amend(
                event,
                amendable -> {
                  ObjectNode document = amendable.document();
                  document.put("count", document.path("count").asInt(1) + 1);
                  document.put("lastTimestamp", at);
                  document.put("message", message);
                  return amendable;
                }))
        .isPresent();
  }

  private Resource created(Note note, String message, String at) {
    Resource about = note.about();
    String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
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
    event.putObject("source").put("component", "cairn");
    event.put("reportingComponent", "cairn").put("reportingInstance", "");
    event.put("firstTimestamp", at).put("lastTimestamp", at).put("count", 1);
    return resources.create(event, JsonNodeFactory.instance.objectNode());
  }

  private String name(String about) {
    String base = about.length() > LONGEST_NAME ? about.substring(0, LONGEST_NAME) : about;
    return base + "." + String.format("%016x", random.nextLong());
  }
}
