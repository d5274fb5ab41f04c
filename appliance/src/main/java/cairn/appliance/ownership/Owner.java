package cairn.appliance.ownership;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.Kinds;
import cairn.appliance.store.Key;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One owner reference as it stands in a document. */
record Owner(String apiVersion, String kind, String name, String uid, boolean blocksDeletion) {

  Owner {
    requireNonNull(apiVersion, "apiVersion is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(name, "name is null");
    requireNonNull(uid, "uid is null");
  }

  static List<Owner> of(JsonNode document) {
    return document
        .path("metadata")
        .path("ownerReferences")
        .valueStream()
        .map(reference ->
            new Owner(
                reference.path("apiVersion").asString(""),
                reference.path("kind").asString(""),
                reference.path("name").asString(""),
                reference.path("uid").asString(""),
                reference.path("blockOwnerDeletion").asBoolean(false)))
        .toList();
  }

  /** Where the owner is to be found: beside its dependent, or among cluster-scoped objects. */
  Optional<Key> key(Kinds kinds, String namespace) {
    return kinds
        .named(apiVersion, kind)
        .map(found -> new Key(found.storedIn(), found.namespaced() ? namespace : "", name));
  }
}
