package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;

/**
 * One kind in one version: how it is named and addressed.
 *
 * @param group empty for the core group
 * @param verbs in the order discovery shows them
 * @param storedIn the resource that its objects are stored in
 * @param storedAsItIs whether its documents are stored as they are, or as those of another version
 *     or of another kind
 * @param scale where the numbers of replicas stand; empty for a kind that has none
 * @param deprecation what clients of this version are told; empty if it is to be used
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
    Set<String> verbs,
    String storedIn,
    boolean storedAsItIs,
    Optional<Scale> scale,
    String deprecation) {

  /**
   * Where a document says how many replicas it wants and has.
   *
   * @param wanted somewhere in the spec
   * @param present somewhere in the status
   * @param selector of the replicas, somewhere in the status
   */
  public record Scale(JsonPointer wanted, JsonPointer present, JsonPointer selector) {
    public Scale {
      requireNonNull(wanted, "wanted is null");
      requireNonNull(present, "present is null");
      requireNonNull(selector, "selector is null");
    }
  }

  /** The resources whose objects an update makes where they are missing, as in Kubernetes. */
  private static final Set<String> MADE_BY_UPDATE = Set.of("events", "leases.coordination.k8s.io");

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
    requireNonNull(storedIn, "storedIn is null");
    requireNonNull(scale, "scale is null");
    requireNonNull(deprecation, "deprecation is null");
  }

  public boolean namespaced() {
    return scope == Scope.NAMESPACED;
  }

  /** {@code group/version}, or only the version for the core group. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code plural.group}, or only the plural for the core group. */
  public String resource() {
    return resource(group, plural);
  }

  static String resource(String group, String plural) {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** Whether Kubernetes itself has this kind, and not only its form. */
  public boolean ofKubernetes() {
    return ofKubernetes(group);
  }

  /** Whether an update may go without naming the state that it changes. */
  public boolean unconditional() {
    return !storedIn.contains(".");
  }

  /** Whether an update of an object that is not there makes it. */
  public boolean madeByUpdate() {
    return MADE_BY_UPDATE.contains(storedIn);
  }

  static boolean ofKubernetes(String group) {
    return group.isEmpty() || group.endsWith(".k8s.io");
  }
}
