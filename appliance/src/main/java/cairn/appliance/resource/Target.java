package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.Key;

/**
 * Which object, through which kind and version, and which part of it a write may change.
 *
 * @param namespace empty for cluster-scoped kinds
 */
public record Target(Kind kind, String namespace, String name, Part part) {

  /** The part of an object that a request addresses. */
  public enum Part {
    /**
     * The object's own path: everything but the status, where the kind has a status subresource.
     */
    MAIN,
    /** The path {@code /status}: the status alone. */
    STATUS,
    /** The path {@code /scale}: how many replicas are wanted, and nothing else. */
    SCALE
  }

  public Target {
    requireNonNull(kind, "kind is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(part, "part is null");
  }

  public Target(Kind kind, String namespace, String name) {
    this(kind, namespace, name, Part.MAIN);
  }

  public Key key() {
    return new Key(kind.storedIn(), namespace, name);
  }
}
