package cairn.appliance.schema;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Cells of the core kinds that no JSONPath can express, as kubectl users know them. A kind's file
 * names one as {@code x-cairn-computed}.
 */
enum ComputedCell {
  DATA_COUNT {
    @Override
    String text(JsonNode document, Instant now) {
      return String.valueOf(document.path("data").size() + document.path("binaryData").size());
    }
  },
  SECRET_COUNT {
    @Override
    String text(JsonNode document, Instant now) {
      return String.valueOf(document.path("secrets").size());
    }
  },
  NODE_STATUS {
    @Override
    String text(JsonNode document, Instant now) {
      String ready =
          switch (condition(document, "Ready")) {
            case "True" -> "Ready";
            case "False" -> "NotReady";
            default -> "Unknown";
          };
      boolean closed = document.path("spec").path("unschedulable").asBoolean(false);
      return ready + (closed ? ",SchedulingDisabled" : "");
    }
  },
  NODE_ROLES {
    @Override
    String text(JsonNode document, Instant now) {
      String prefix = "node-role.kubernetes.io/";
      String roles =
          document.path("metadata").path("labels").propertyNames().stream()
              .filter(label -> label.startsWith(prefix) && label.length() > prefix.length())
              .map(label -> label.substring(prefix.length()))
              .sorted(Comparator.naturalOrder())
              .collect(Collectors.joining(","));
      return roles.isEmpty() ? "<none>" : roles;
    }
  },
  STORAGE_CLASS_NAME {
    @Override
    String text(JsonNode document, Instant now) {
      JsonNode metadata = document.path("metadata");
      boolean isDefault =
          metadata
              .path("annotations")
              .path("storageclass.kubernetes.io/is-default-class")
              .asString("")
              .equals("true");
      return metadata.path("name").asString("") + (isDefault ? " (default)" : "");
    }
  },
  EVENT_LAST_SEEN {
    @Override
    String text(JsonNode document, Instant now) {
      return Age.since(
          firstText(
              document.path("series").path("lastObservedTime"),
              either(document, "lastTimestamp", "deprecatedLastTimestamp"),
              either(document, "firstTimestamp", "deprecatedFirstTimestamp"),
              document.path("eventTime")),
          now);
    }
  },
  EVENT_FIRST_SEEN {
    @Override
    String text(JsonNode document, Instant now) {
      return Age.since(
          firstText(
              either(document, "firstTimestamp", "deprecatedFirstTimestamp"),
              document.path("eventTime")),
          now);
    }
  },
  EVENT_OBJECT {
    @Override
    String text(JsonNode document, Instant now) {
      JsonNode object = either(document, "involvedObject", "regarding");
      String kind = object.path("kind").asString("").toLowerCase(Locale.ROOT);
      String name = object.path("name").asString("");
      return name.isEmpty() ? kind : kind + "/" + name;
    }
  },
  EVENT_SOURCE {
    @Override
    String text(JsonNode document, Instant now) {
      JsonNode source = either(document, "source", "deprecatedSource");
      String component =
          firstText(
              source.path("component"),
              either(document, "reportingComponent", "reportingController"));
      String host = firstText(source.path("host"), document.path("reportingInstance"));
      return host.isEmpty() ? component : component + ", " + host;
    }
  },
  EVENT_MESSAGE {
    @Override
    String text(JsonNode document, Instant now) {
      return either(document, "message", "note").asString("").strip();
    }
  },
  EVENT_COUNT {
    @Override
    String text(JsonNode document, Instant now) {
      int series = document.path("series").path("count").asInt(0);
      int count = either(document, "count", "deprecatedCount").asInt(0);
      return String.valueOf(series > 0 ? series : Math.max(1, count));
    }
  };

  abstract String text(JsonNode document, Instant now);

  /** By its name in a kind's file: {@code NodeStatus}. */
  static ComputedCell named(String word) {
    return Arrays.stream(values())
        .filter(cell -> cell.name().replace("_", "").equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no computed column is named " + word));
  }

  private static String condition(JsonNode document, String type) {
    return document
        .path("status")
        .path("conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asString("").equals(type))
        .map(condition -> condition.path("status").asString(""))
        .findFirst()
        .orElse("Unknown");
  }

  /** A field that has another name in {@code events.k8s.io}. */
  private static JsonNode either(JsonNode document, String name, String newName) {
    return document.path(document.has(name) ? name : newName);
  }

  private static String firstText(JsonNode... candidates) {
    return List.of(candidates).stream()
        .map(candidate -> candidate.asString(""))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }
}
