package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.Stored;
import java.util.List;

/**
 * What a client may do with objects: the verbs of the Kubernetes API without HTTP. Access is
 * decided before. Any thread may call; calls block until a write is durable, so they belong on
 * virtual threads. All methods throw {@link cairn.appliance.api.Refusal}, complete with message,
 * subject and causes.
 */
public interface ResourceVerbs {

  /**
   * One object.
   *
   * @param resourceVersion as in the query, empty for absent; one from the future is refused
   */
  Stored get(Kind kind, String namespace, String name, String resourceVersion);

  /**
   * A page of objects.
   *
   * @param namespace empty for all namespaces and for cluster-scoped kinds
   */
  Page list(Kind kind, String namespace, ListOptions options);

  /** Changes of the objects that such a list would show. */
  ResourceWatch watch(Kind kind, String namespace, WatchOptions options);

  /** Creates an object; its name comes from the body ({@code name} or {@code generateName}). */
  Written create(Kind kind, String namespace, Body body, WriteOptions options);

  /** Replaces the target's part by the body's. */
  Written update(Target target, Body body, WriteOptions options);

  /** Changes the target's part. */
  Written patch(Target target, Patch patch, WriteOptions options);

  Removal delete(Target target, DeleteOptions options);

  /** Deletes what the list would show; answers the objects as they were. */
  List<Stored> deleteCollection(
      Kind kind, String namespace, ListOptions which, DeleteOptions options);
}
