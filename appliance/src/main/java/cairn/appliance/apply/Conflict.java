package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An applied configuration wants other values than others have set.
 *
 * <p>The words are Kubernetes' own: kubectl shows them, and scripts look for them.
 */
public final class Conflict extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Place> places;

  /**
   * One field that somebody else owns.
   *
   * @param owner as people read it: {@code "kubectl" with subresource "status" using v1}
   * @param path as people read it: {@code .data.key}
   */
  public record Place(String owner, String path) {
    public Place {
      requireNonNull(owner, "owner is null");
      requireNonNull(path, "path is null");
    }

    /** What {@code details.causes} of the {@code Status} says of it. */
    public String message() {
      return "conflict with " + owner;
    }
  }

  private final String words;

  Conflict(List<Place> places) {
    this(places, message(places));
  }

  private Conflict(List<Place> places, String words) {
    super(words);
    this.words = words;
    this.places = List.copyOf(places);
  }

  /** The message of the {@code Status}. */
  public String words() {
    return words;
  }

  public List<Place> places() {
    return places;
  }

  private static String message(List<Place> places) {
    if (places.size() == 1) {
      Place only = places.getFirst();
      return "Apply failed with 1 conflict: " + only.message() + ": " + only.path();
    }
    Map<String, List<String>> pathsByOwner = new LinkedHashMap<>();
    for (Place place : places) {
      pathsByOwner.computeIfAbsent(place.owner(), _ -> new ArrayList<>()).add(place.path());
    }
    List<String> lines = new ArrayList<>();
    pathsByOwner.forEach((owner, paths) -> {
      lines.add("conflicts with " + owner + ":");
      paths.forEach(path -> lines.add("- " + path));
    });
    return "Apply failed with " + places.size() + " conflicts: " + String.join("\n", lines);
  }
}
