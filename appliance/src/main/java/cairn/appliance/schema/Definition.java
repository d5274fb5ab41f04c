package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import tools.jackson.databind.JsonNode;

/**
 * One kind with its part of the CRD document. What that says in detail is read on first use.
 *
 * @param listKind the kind of a list of such objects
 * @param version the entry of {@code spec.versions}, read-only
 */
record Definition(Kind kind, String listKind, JsonNode version) {

  Definition {
    requireNonNull(kind, "kind is null");
    requireNonNull(listKind, "listKind is null");
    requireNonNull(version, "version is null");
  }

  /** The tree that describes the kind's documents. */
  JsonNode schema() {
    return version.path("schema").path("openAPIV3Schema");
  }

  /** The tree of printed columns. */
  JsonNode columns() {
    return version.path("additionalPrinterColumns");
  }
}
