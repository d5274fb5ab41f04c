package cairn.appliance.resource;

import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a controller may do with objects. Writes go through the same admission as a client's, under
 * the field manager {@code cairn}. A write that changes nothing is not stored. All methods throw
 * {@link cairn.appliance.api.Refusal}; a conflict with another writer is retried inside. Writes
 * name the object as it was read, and another that has its name by now is not it.
 */
public interface Resources extends ResourceReader {

  /**
   * Creates the object.
   *
   * @param document complete with apiVersion, kind and metadata; {@code generateName} is honoured
   * @param privateDocument stored with it in the same write
   */
  Resource create(ObjectNode document, ObjectNode privateDocument);

  /**
   * Changes metadata that belongs to the service (finalizers, labels, owner references) and the
   * private document in one write. The function may run more than once and must be pure; returning
   * its argument unchanged writes nothing. Empty if the object is gone.
   */
  Optional<Resource> amend(Resource read, UnaryOperator<Amendable> change);

  /** Replaces the status if it differs. Empty if the object is gone. */
  Optional<Resource> updateStatus(Resource read, UnaryOperator<Amendable> change);

  /** Asks for deletion; finalizers may hold the object. Nothing happens if it is gone. */
  void delete(Resource read);

  /** The same if nobody changed it since it was read; nothing happens otherwise. */
  void deleteUnchanged(Resource read);

  /**
   * A document being changed, with the private one beside it; the trees are the caller's own copy.
   */
  record Amendable(ObjectNode document, ObjectNode privateDocument) {}
}
