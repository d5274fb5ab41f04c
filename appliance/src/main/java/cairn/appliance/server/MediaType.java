package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A media type or range; names in lower case, parameter values as they came.
 *
 * @param quality from 0 to 1; only ranges of an Accept header have less than 1
 */
record MediaType(String name, Map<String, String> parameters, double quality) {

  MediaType {
    requireNonNull(name, "name is null");
    parameters = Map.copyOf(parameters);
  }

  static MediaType parse(String text) {
    String[] parts = text.split(";", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String value = parts[i].substring(equals + 1).strip().replace("\"", "");
        parameters.put(parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT), value);
      }
    }
    return new MediaType(
        parts[0].strip().toLowerCase(Locale.ROOT), parameters, qualityOf(parameters.remove("q")));
  }

  /** Ranges of an Accept header, the preferred first; refused ones (q=0) are left out. */
  static List<MediaType> accepted(String header) {
    List<MediaType> ranges = new ArrayList<>();
    for (String text : header.split(",", -1)) {
      if (!text.isBlank()) {
        MediaType range = parse(text);
        if (range.quality() > 0) {
          ranges.add(range);
        }
      }
    }
    // The sort is stable: equal qualities keep the client's order.
    ranges.sort(Comparator.comparingDouble(MediaType::quality).reversed());
    return ranges;
  }

  String parameter(String parameter) {
    return parameters.getOrDefault(parameter, "");
  }

  /** Whether this range includes plain JSON. */
  boolean includesJson() {
    return name.equals("application/json") || name.equals("application/*") || name.equals("*/*");
  }

  boolean isYaml() {
    return name.equals("application/yaml");
  }

  private static double qualityOf(@Nullable String text) {
    if (text == null) {
      return 1;
    }
    try {
      return Math.clamp(Double.parseDouble(text), 0, 1);
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}
