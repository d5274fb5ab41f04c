package cairn.appliance.schema;

import tools.jackson.databind.JsonNode;

/**
 * A value as a complaint about it shows it. A long one is not shown at all, not even in part: it is
 * of no help in a sentence, and first-boot data with somebody's password in it is a long one.
 */
final class Shown {

  private static final int LONGEST = 128;

  private Shown() {}

  static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      // Kubernetes shows the type of an object or list and not what is in it.
      case OBJECT -> "\"object\"";
      case ARRAY -> "\"array\"";
      case STRING -> shortened("string", value.toString());
      case NUMBER -> shortened("number", value.toString());
      case BOOLEAN, NULL, MISSING, POJO, BINARY -> value.toString();
    };
  }

  private static String shortened(String what, String text) {
    return text.length() <= LONGEST
        ? text
        : "\"%s of %d characters\"".formatted(what, text.length());
  }
}
