package cairn.appliance.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * What the words of a command line mean, read as kubectl reads them: {@code vm}, {@code vm,vd},
 * {@code vm front back}, {@code vm/front vd/root}.
 *
 * @param names the objects; empty means all of the kind
 */
record Wanted(Discovery.Kind kind, List<String> names) {

  Wanted {
    names = List.copyOf(names);
  }

  static List<Wanted> by(List<String> words, Discovery discovery) {
    if (words.stream().anyMatch(word -> word.contains("/"))) {
      return words.stream().map(word -> pair(word, discovery)).toList();
    }
    List<String> names = words.subList(1, words.size());
    return discovery.meantBy(words.getFirst()).stream()
        .map(kind -> new Wanted(kind, names))
        .toList();
  }

  private static Wanted pair(String word, Discovery discovery) {
    List<String> parts = List.of(word.split("/", -1));
    if (parts.size() != 2 || parts.contains("")) {
      throw new Failure(
          Failure.WRONG_USAGE,
          "'%s' is not KIND/NAME; write either all objects that way, as in vm/front vd/root, or a kind and names of it, as in vm front"
              .formatted(word));
    }
    List<Discovery.Kind> kinds = discovery.meantBy(parts.getFirst());
    if (kinds.size() > 1) {
      throw new Failure(
          Failure.WRONG_USAGE, "'" + word + "' names several kinds and one object; name one kind");
    }
    return new Wanted(kinds.getFirst(), parts.subList(1, 2));
  }

  /** All that are named, one by one. */
  static List<Wanted> each(List<Wanted> wanted) {
    List<Wanted> each = new ArrayList<>();
    wanted.forEach(
        group -> group.names().forEach(name -> each.add(new Wanted(group.kind(), List.of(name)))));
    return each;
  }
}
