package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import tools.jackson.databind.node.ObjectNode;

/**
 * One kind with its CRD document. What the document says in detail is read from it on first use.
 *
 * @param listKind the kind of a list of such objects
 * @param document the CRD document, read-only
 */
record Definition(Kind kind, String listKind, ObjectNode document) {

  Definition {
    requireNonNull(kind, "kind is null");
    requireNonNull(listKind, "listKind is null");
    requireNonNull(document, "document is null");
  }
}
