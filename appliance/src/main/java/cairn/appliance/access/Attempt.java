package cairn.appliance.access;

import static java.util.Objects.requireNonNull;

/** What somebody would do, as far as permission depends on it. */
public sealed interface Attempt {

  /** In lower case: {@code get}, {@code deletecollection}. */
  String verb();

  /**
   * Something done to objects. Every text may be empty: no group is the core group, no name a whole
   * collection, no namespace all of them or a kind without any.
   *
   * @param resource in the plural
   */
  record OnResource(
      String verb,
      String group,
      String version,
      String resource,
      String subresource,
      String namespace,
      String name)
      implements Attempt {
    public OnResource {
      requireNonNull(verb, "verb is null");
      requireNonNull(group, "group is null");
      requireNonNull(version, "version is null");
      requireNonNull(resource, "resource is null");
      requireNonNull(subresource, "subresource is null");
      requireNonNull(namespace, "namespace is null");
      requireNonNull(name, "name is null");
    }
  }

  /**
   * A path that is not about objects: discovery, version.
   *
   * @param path beginning with a slash
   */
  record OnPath(String verb, String path) implements Attempt {
    public OnPath {
      requireNonNull(verb, "verb is null");
      requireNonNull(path, "path is null");
    }
  }
}
