package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Stored;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which objects a request is about: what the store can narrow by itself, and what only the document
 * tells.
 *
 * @param readsDocuments whether {@link #matches} must decode; otherwise all of the selection match
 */
record Selected(
    Selection selection, LabelSelector labels, FieldSelector fields, boolean readsDocuments) {

  static Selected of(Kind kind, String namespace, String labelSelector, String fieldSelector) {
    LabelSelector labels = LabelSelector.parse(labelSelector);
    FieldSelector fields = FieldSelector.parse(kind, fieldSelector);
    String name = fields.name().orElse("");
    String inNamespace =
        namespace.isEmpty() && kind.namespaced() ? fields.namespace().orElse("") : namespace;
    return new Selected(
        new Selection(kind.storedIn(), inNamespace, name),
        labels,
        fields,
        !labels.everything() || !(fields.everything() || fields.onlyName()));
  }

  boolean matches(Stored stored) {
    return !readsDocuments || matches(Json.decode(stored.document()));
  }

  private boolean matches(ObjectNode document) {
    return labels.matches(document) && fields.matches(document);
  }
}
