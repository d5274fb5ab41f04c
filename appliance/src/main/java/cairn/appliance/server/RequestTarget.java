package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Path and query of a request line, decoded once and by segment: an encoded slash stays inside its
 * segment, a plus is a space in the query only.
 */
record RequestTarget(List<String> path, Map<String, List<String>> query) {

  RequestTarget {
    path = List.copyOf(path);
  }

  /**
   * Reads what stands between method and version; a host in front is skipped.
   *
   * @throws Refusal {@code BAD_REQUEST} if a percent sign begins nothing
   */
  static RequestTarget parse(String target) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    int scheme = path.indexOf("://");
    if (scheme >= 0) {
      int slash = path.indexOf('/', scheme + 3);
      path = slash < 0 ? "/" : path.substring(slash);
    }
    return new RequestTarget(segments(path), parameters(query));
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    int begin = path.startsWith("/") ? 1 : 0;
    while (begin < end) {
      int slash = path.indexOf('/', begin);
      int stop = slash < 0 || slash > end ? end : slash;
      segments.add(decode(path.substring(begin, stop).replace("+", "%2B")));
      begin = stop + 1;
    }
    return segments;
  }

  private static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        parameters.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "\"%s\" of the request's path or query cannot be decoded: write a percent sign as %%25"
              .formatted(text));
    }
  }
}
