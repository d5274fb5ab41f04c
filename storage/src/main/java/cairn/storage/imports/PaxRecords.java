package cairn.storage.imports;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a tar archive says about its next member beyond the fields of a header (POSIX pax). */
record PaxRecords(Map<String, String> values) {

  /** Lines of {@code length key=value}. */
  static PaxRecords parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n")) {
      int space = line.indexOf(' ');
      int equals = line.indexOf('=');
      if (space > 0 && equals > space) {
        values.put(line.substring(space + 1, equals), line.substring(equals + 1));
      }
    }
    if (values.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
      throw new IllegalArgumentException("it holds a sparse member; pack it without --sparse");
    }
    return new PaxRecords(values);
  }

  Optional<String> path() {
    return Optional.ofNullable(values.get("path"));
  }

  Optional<Long> size() {
    return Optional.ofNullable(values.get("size")).map(Long::parseLong);
  }
}
