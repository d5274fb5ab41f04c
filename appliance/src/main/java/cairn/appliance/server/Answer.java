package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a request is answered with. */
sealed interface Answer {

  String JSON = "application/json";
  String YAML = "application/yaml";

  /** The same with further warnings for the client. */
  Answer warning(List<String> texts);

  /** One body, whole. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
  record Whole(
      int code, String contentType, byte[] body, Map<String, String> headers, List<String> warnings)
      implements Answer {

    public Whole {
      requireNonNull(contentType, "contentType is null");
      requireNonNull(body, "body is null");
      headers = Map.copyOf(headers);
      warnings = List.copyOf(warnings);
    }

    Whole(int code, String contentType, byte[] body) {
      this(code, contentType, body, Map.of(), List.of());
    }

    Whole with(String header, String value) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.put(header, value);
      return new Whole(code, contentType, body, all, warnings);
    }

    @Override
    public Whole warning(List<String> texts) {
      List<String> all = new ArrayList<>(warnings);
      all.addAll(texts);
      return new Whole(code, contentType, body, headers, all);
    }
  }

  /** Frames until somebody ends it; each goes out at once. */
  record Stream(String contentType, FrameSource frames, List<String> warnings) implements Answer {
    public Stream {
      requireNonNull(contentType, "contentType is null");
      requireNonNull(frames, "frames is null");
      warnings = List.copyOf(warnings);
    }

    Stream(String contentType, FrameSource frames) {
      this(contentType, frames, List.of());
    }

    @Override
    public Stream warning(List<String> texts) {
      List<String> all = new ArrayList<>(warnings);
      all.addAll(texts);
      return new Stream(contentType, frames, all);
    }
  }
}
