package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One kind in one version: how it is named and addressed.
 *
 * @param group empty for the core group
 * @param verbs in the order discovery shows them
 */
public record Kind(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    Scope scope,
    boolean statusSubresource,
    Set<String> verbs) {

  /** Whether objects live in a namespace. */
  public enum Scope {
    NAMESPACED,
    CLUSTER
  }

  public Kind {
    requireNonNull(group, "group is null");
    requireNonNull(version, "version is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(plural, "plural is null");
    requireNonNull(singular, "singular is null");
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    requireNonNull(scope, "scope is null");
    verbs = Collections.unmodifiableSet(new LinkedHashSet<>(verbs));
  }

  public boolean namespaced() {
    return scope == Scope.NAMESPACED;
  }

  /** {@code group/version}, or only the version for the core group. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code plural.group}, or only the plural for the core group: the name used in the store. */
  public String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
