package cairn.appliance.resource;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/**
 * Says why a text is no JSON, to whoever wrote it: Jackson's words without those that are for who
 * programs with it, and the place.
 */
final class JsonMisreading {

  /** Where Jackson names its own switches and sources. */
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          " \\(start marker at [^\\n]*\\)|, from `[^`]*`|: enable `[^`]*` to allow| \\(code \\d+\\)");

  private JsonMisreading() {}

  static String words(JacksonException failure) {
    String why = FOR_PROGRAMMERS.matcher(failure.getOriginalMessage()).replaceAll("");
    TokenStreamLocation where = failure.getLocation();
    return where == null || where.getLineNr() < 1
        ? why
        : "%s (line %d, column %d)".formatted(why, where.getLineNr(), where.getColumnNr());
  }
}
