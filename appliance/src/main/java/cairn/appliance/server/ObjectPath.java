package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A path below {@code /api} or {@code /apis}, taken apart; whether it names anything is not its
 * business.
 *
 * @param group empty for the core group
 * @param namespace empty for none
 * @param plural empty for the group version itself
 * @param name empty for a collection
 * @param subresource empty for none; with slashes if there is more
 */
record ObjectPath(
    String group,
    String version,
    String namespace,
    String plural,
    String name,
    String subresource) {

  /** A namespace's own subresources, which look like a collection inside it. */
  private static final Set<String> OF_NAMESPACES = Set.of("status", "finalize");

  ObjectPath {
    requireNonNull(group, "group is null");
    requireNonNull(version, "version is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(plural, "plural is null");
    requireNonNull(name, "name is null");
    requireNonNull(subresource, "subresource is null");
  }

  /** Empty if the path has another shape. */
  static Optional<ObjectPath> parse(List<String> path) {
    if (path.stream().anyMatch(String::isEmpty)) {
      return Optional.empty();
    }
    if (path.size() >= 2 && path.getFirst().equals("api")) {
      return Optional.of(below("", path.get(1), path.subList(2, path.size())));
    }
    if (path.size() >= 3 && path.getFirst().equals("apis")) {
      return Optional.of(below(path.get(1), path.get(2), path.subList(3, path.size())));
    }
    return Optional.empty();
  }

  private static ObjectPath below(String group, String version, List<String> rest) {
    boolean inNamespace =
        rest.size() >= 3
            && rest.getFirst().equals("namespaces")
            && !OF_NAMESPACES.contains(rest.get(2));
    String namespace = inNamespace ? rest.get(1) : "";
    List<String> named = inNamespace ? rest.subList(2, rest.size()) : rest;
    return new ObjectPath(
        group,
        version,
        namespace,
        named.isEmpty() ? "" : named.getFirst(),
        named.size() > 1 ? named.get(1) : "",
        named.size() > 2 ? String.join("/", named.subList(2, named.size())) : "");
  }
}
