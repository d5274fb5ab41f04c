package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.Key;
import cairn.appliance.store.Revision;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object read from the store, decoded. Treat both trees as read-only: a change goes through
 * {@link Resources}.
 *
 * @param document what clients see
 * @param privateDocument what only the service sees; an empty object for none
 */
public record Resource(
    Kind kind,
    Key key,
    UUID uid,
    Revision revision,
    ObjectNode document,
    ObjectNode privateDocument) {

  public Resource {
    requireNonNull(kind, "kind is null");
    requireNonNull(key, "key is null");
    requireNonNull(uid, "uid is null");
    requireNonNull(revision, "revision is null");
    requireNonNull(document, "document is null");
    requireNonNull(privateDocument, "privateDocument is null");
  }

  public String namespace() {
    return key.namespace();
  }

  public String name() {
    return key.name();
  }

  /** Raised by every change of the spec, and by nothing else. */
  public long generation() {
    return document.path("metadata").path("generation").asLong(0);
  }

  /**
   * Whether it is the same object, and nothing else is wanted of it. For kinds that count
   * generations.
   */
  public boolean wantsTheSame(Resource other) {
    return uid.equals(other.uid)
        && generation() == other.generation()
        && deleting() == other.deleting();
  }

  /** Whether deletion was asked for. */
  public boolean deleting() {
    return document.path("metadata").has("deletionTimestamp");
  }
}
