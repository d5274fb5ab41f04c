package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the protobuf bodies that Go clients since 1.32 send for built-in kinds: an envelope with
 * magic number, api version, kind and the message, whose fields are named by {@link
 * ProtobufFields}. Fields not named there are skipped.
 */
final class ProtobufBody {

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  private static final DateTimeFormatter SECONDS = format("uuuu-MM-dd'T'HH:mm:ss'Z'");
  private static final DateTimeFormatter MICROSECONDS = format("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  /** The first and last second that RFC 3339 can write. */
  private static final long EARLIEST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();

  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private ProtobufBody() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  static ObjectNode read(byte[] body) {
    if (body.length < MAGIC.length
        || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "the body is not a Kubernetes protobuf message: it must begin with"
              + " \"k8s\" and a zero byte");
    }
    WireReader envelope = new WireReader(Arrays.copyOfRange(body, MAGIC.length, body.length));
    byte[] type = {};
    byte[] raw = {};
    while (!envelope.atEnd()) {
      int tag = envelope.tag();
      switch (tag) {
        case 1 << 3 | WireReader.LENGTH -> type = envelope.slice();
        case 2 << 3 | WireReader.LENGTH -> raw = envelope.slice();
        default -> envelope.skip(tag & 7);
      }
    }
    return message(type, raw);
  }

  private static ObjectNode message(byte[] type, byte[] raw) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    read(new WireReader(type), ProtobufFields.TYPE_META, object);
    String apiVersion = object.path("apiVersion").asString("");
    String kind = object.path("kind").asString("");
    Map<Integer, ProtobufFields.Field> fields =
        ProtobufFields.of(apiVersion, kind)
            .orElseThrow(() ->
                new Refusal(
                    Reason.UNSUPPORTED_MEDIA_TYPE,
                    "protobuf is not accepted for "
                        + apiVersion
                        + " "
                        + kind
                        + " - accepted media types include: application/json"));
    read(new WireReader(raw), fields, object);
    return object;
  }

  private static void read(
      WireReader reader, Map<Integer, ProtobufFields.Field> fields, ObjectNode into) {
    while (!reader.atEnd()) {
      int tag = reader.tag();
      ProtobufFields.Field field = fields.get(tag >>> 3);
      if (field == null || field.form().wireType() != (tag & 7)) {
        reader.skip(tag & 7);
      } else {
        put(reader, field, into);
      }
    }
  }

  private static void put(WireReader reader, ProtobufFields.Field field, ObjectNode into) {
    String name = field.name();
    switch (field.form()) {
      case TEXT -> {
        String text = new String(reader.slice(), UTF_8);
        // Go's encoder writes empty strings for absent ones.
        if (!text.isEmpty()) {
          into.put(name, text);
        }
      }
      case TEXTS -> into.withArray(name).add(new String(reader.slice(), UTF_8));
      case FLAG -> into.put(name, reader.varint() != 0);
      case NUMBER -> into.put(name, reader.varint());
      case TIME -> time(reader.slice(), SECONDS).ifPresent(time -> into.put(name, time));
      case MICRO_TIME -> time(reader.slice(), MICROSECONDS).ifPresent(time -> into.put(name, time));
      case MESSAGE -> {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        read(new WireReader(reader.slice()), field.fields(), message);
        if (!message.isEmpty()) {
          into.set(name, message);
        }
      }
      case MESSAGES ->
          read(new WireReader(reader.slice()), field.fields(), into.withArray(name).addObject());
      case TEXT_BY_KEY -> {
        WireReader entry = new WireReader(reader.slice());
        entry(
            entry,
            (key, value) -> into.withObjectProperty(name).put(key, new String(value, UTF_8)));
      }
      case BYTES_BY_KEY -> {
        WireReader entry = new WireReader(reader.slice());
        entry(
            entry,
            (key, value) ->
                into.withObjectProperty(name).put(key, Base64.getEncoder().encodeToString(value)));
      }
    }
  }

  private static void entry(WireReader entry, BiConsumer<String, byte[]> taken) {
    String key = "";
    byte[] value = {};
    while (!entry.atEnd()) {
      int tag = entry.tag();
      switch (tag) {
        case 1 << 3 | WireReader.LENGTH -> key = new String(entry.slice(), UTF_8);
        case 2 << 3 | WireReader.LENGTH -> value = entry.slice();
        default -> entry.skip(tag & 7);
      }
    }
    taken.accept(key, value);
  }

  /** Seconds since 1970 and nanoseconds beside them; an empty message is no time. */
  private static Optional<String> time(byte[] message, DateTimeFormatter format) {
    WireReader reader = new WireReader(message);
    long seconds = 0;
    long nanoseconds = 0;
    while (!reader.atEnd()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | WireReader.VARINT -> seconds = reader.varint();
        case 2 << 3 | WireReader.VARINT -> nanoseconds = reader.varint();
        default -> reader.skip(tag & 7);
      }
    }
    return seconds == 0 ? Optional.empty() : Optional.of(text(seconds, nanoseconds, format));
  }

  private static String text(long seconds, long nanoseconds, DateTimeFormatter format) {
    if (seconds < EARLIEST || seconds > LATEST || nanoseconds < 0 || nanoseconds >= 1_000_000_000) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "a time of the protobuf message is outside the years 1 to 9999: "
              + seconds
              + " seconds after 1970");
    }
    return format.format(Instant.ofEpochSecond(seconds, nanoseconds));
  }
}
