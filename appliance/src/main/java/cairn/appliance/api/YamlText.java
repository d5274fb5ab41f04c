package cairn.appliance.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a JSON tree as YAML in blocks, as it goes: a large document costs no more memory than its
 * tree. What a reader of YAML 1.1 or 1.2 could take for something else than text is quoted.
 */
public final class YamlText {

  private static final int INDENT = 2;

  /** Readers look no further than 1,024 letters for the colon. */
  private static final int LONGEST_KEY = 512;

  /** Words, paths, names with dots, and sentences without what YAML gives a meaning. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/_][-A-Za-z0-9_./+@%]*([ :,=()][-A-Za-z0-9_./+@%]+)*");

  /** Text that begins with a digit and yet is nothing else: addresses and quantities. */
  private static final Pattern COUNTED =
      Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+(/\\d+)?|\\d+([KMGTPE]i|[kMGTP])");

  private static final int LONGEST_PLAIN = 256;

  /** Words that are true, false or nothing to one of the versions of YAML. */
  private static final Set<String> NOT_TEXT =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private final Writer out;

  private YamlText(Writer out) {
    this.out = out;
  }

  /**
   * @param out flushed, not closed
   */
  public static void write(JsonNode tree, Writer out) throws IOException {
    YamlText text = new YamlText(out);
    if (tree.isContainer() && !tree.isEmpty()) {
      text.block(tree, 0);
    } else {
      text.scalar(tree, INDENT);
      out.append('\n');
    }
    out.flush();
  }

  /**
   * In UTF-8.
   *
   * @param out flushed, not closed
   */
  public static void write(JsonNode tree, OutputStream out) throws IOException {
    write(tree, new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  /** Whole lines, the first one indented too. */
  private void block(JsonNode tree, int indent) throws IOException {
    if (tree instanceof ObjectNode object) {
      fields(object, indent, false);
    } else {
      for (JsonNode item : tree) {
        indent(indent);
        item(item, indent);
      }
    }
  }

  private void fields(ObjectNode object, int indent, boolean begun) throws IOException {
    boolean inLine = begun;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!inLine) {
        indent(indent);
      }
      inLine = false;
      field(field.getKey(), field.getValue(), indent);
    }
  }

  private void field(String name, JsonNode value, int indent) throws IOException {
    String key = isPlain(name) ? name : quoted(name);
    if (key.length() <= LONGEST_KEY) {
      out.append(key).append(':');
      value(value, indent);
    } else {
      out.append("? ").append(key).append('\n');
      indent(indent);
      out.append(':');
      value(value, indent + INDENT);
    }
  }

  /** What follows a key. Items of a list stand under their key, not further in. */
  private void value(JsonNode value, int indent) throws IOException {
    if (value.isContainer() && !value.isEmpty()) {
      out.append('\n');
      block(value, value.isArray() ? indent : indent + INDENT);
    } else {
      out.append(' ');
      scalar(value, indent + INDENT);
      out.append('\n');
    }
  }

  private void item(JsonNode item, int indent) throws IOException {
    out.append('-');
    if (item instanceof ObjectNode object && !object.isEmpty()) {
      out.append(' ');
      fields(object, indent + INDENT, true);
    } else if (item.isArray() && !item.isEmpty()) {
      out.append('\n');
      block(item, indent + INDENT);
    } else {
      out.append(' ');
      scalar(item, indent + INDENT);
      out.append('\n');
    }
  }

  /**
   * @param indent of further lines
   */
  private void scalar(JsonNode value, int indent) throws IOException {
    if (!value.isString()) {
      // Numbers, truth values, null, {} and [] are YAML as they are JSON.
      out.append(value.toString());
      return;
    }
    String text = value.asString();
    if (isPlain(text)) {
      out.append(text);
    } else if (isLines(text)) {
      lines(text, indent);
    } else {
      out.append(quoted(text));
    }
  }

  private static boolean isPlain(String text) {
    return text.length() <= LONGEST_PLAIN
        && (PLAIN.matcher(text).matches() || COUNTED.matcher(text).matches())
        && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Whether the text is best shown as the lines it is. */
  private static boolean isLines(String text) {
    if (text.indexOf('\n') < 0 || text.startsWith(" ") || text.startsWith("\n")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      boolean shown = letter == '\n' || (letter >= ' ' && letter < 0x7f);
      if (!shown && !Character.isLetterOrDigit(letter)) {
        return false;
      }
    }
    return true;
  }

  private void lines(String text, int indent) throws IOException {
    boolean ended = text.endsWith("\n");
    out.append(ended ? text.endsWith("\n\n") ? "|+" : "|" : "|-");
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end;
      out.append('\n');
      if (to > from) {
        indent(indent);
        out.write(text, from, to - from);
      }
      from = to + 1;
    }
  }

  /** JSON's way of quoting is one of YAML's; but what YAML takes for the end of a line is spelt. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      switch (letter) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (isSpelt(letter)) {
            quoted.append(String.format("\\u%04x", (int) letter));
          } else {
            quoted.append(letter);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isSpelt(char letter) {
    return letter < ' '
        || (letter >= 0x7f && letter < 0xa0)
        || letter == 0x2028
        || letter == 0x2029
        || letter == 0xfeff
        || letter >= 0xfffe;
  }

  private void indent(int columns) throws IOException {
    for (int i = 0; i < columns; i++) {
      out.append(' ');
    }
  }
}
