package cairn.appliance.schema;

import cairn.appliance.api.FieldError;
import cairn.appliance.apply.FieldType;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the resource engine asks of the kinds' schemas. Pure; any thread. */
public interface Schemas {

  /**
   * Reads a document as Kubernetes' decoder does, in place: null in a map or a list becomes the
   * empty value. Of kinds that Kubernetes has itself all of the document has types that bind; of
   * others the metadata alone, and the schema judges the rest.
   *
   * @return why it cannot be read, in Go's words; empty for one that was
   */
  Optional<String> decode(Kind kind, ObjectNode document);

  /**
   * Removes fields that the kind's schema does not know, in place.
   *
   * @return their paths, in document order: {@code spec.nodeName}
   */
  List<String> prune(Kind kind, ObjectNode document);

  /** Fills in the schema's defaults, in place. */
  void fillDefaults(Kind kind, ObjectNode document);

  /**
   * Everything that schema and CEL rules find wrong, in Kubernetes' words.
   *
   * @param old the object as it stands, for transition rules; empty for a create
   */
  List<FieldError> validate(Kind kind, ObjectNode document, Optional<ObjectNode> old);

  /** How the kind's documents are owned, field by field. */
  FieldType fieldType(Kind kind);
}
