package cairn.appliance.server;

import cairn.appliance.schema.Kind;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents made from the kinds' schemas: discovery, OpenAPI and tables. All bytes are UTF-8 JSON,
 * shared, and nobody may change them. Pure; any thread.
 */
public interface KindDocuments {

  /**
   * {@code APIGroupDiscoveryList}.
   *
   * @param core of the core group at {@code /api}, else of all others at {@code /apis}
   * @param version {@code v2} or {@code v2beta1}
   */
  byte[] aggregated(boolean core, String version);

  /** {@code APIVersions} of the core group. */
  byte[] coreVersions();

  /** {@code APIGroupList}. */
  byte[] groups();

  /** {@code APIGroup}. */
  Optional<byte[]> group(String group);

  /** {@code APIResourceList}. */
  Optional<byte[]> resources(String group, String version);

  /** The index of the OpenAPI v3 documents. */
  byte[] openApiIndex();

  /** One OpenAPI v3 document. */
  Optional<byte[]> openApi(String group, String version);

  /**
   * A {@code Table} of meta.k8s.io/v1 without metadata, one row per object.
   *
   * @param include what stands in the rows
   */
  ObjectNode table(Kind kind, List<ObjectNode> objects, Include include);

  /** What a table's row holds of its object. */
  enum Include {
    NONE,
    METADATA,
    OBJECT
  }
}
