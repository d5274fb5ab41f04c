package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.DiscoveryDocuments;
import cairn.appliance.schema.DiscoveryDocuments.Aggregated;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.OpenApiDocuments;
import cairn.appliance.schema.TableRendering;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents made from the kinds' schemas: discovery, OpenAPI and tables. Made on first use, then
 * kept as bytes that nobody may change. Any thread.
 */
public final class KindDocuments {

  private final DiscoveryDocuments discovery;
  private final OpenApiDocuments openApi;
  private final TableRendering tables;
  private final Map<String, byte[]> made = new ConcurrentHashMap<>();

  /**
   * @param clock for ages in tables
   * @param extras resources that are no stored kind, such as a machine's console
   */
  public KindDocuments(
      CrdKinds kinds, Clock clock, String version, List<DiscoveryDocuments.Extra> extras) {
    this.discovery = new DiscoveryDocuments(kinds, extras);
    this.openApi = new OpenApiDocuments(kinds, version);
    this.tables = new TableRendering(kinds, clock);
  }

  byte[] aggregated(boolean core, Aggregated form) {
    return kept(
        core + "/" + form.name(),
        () -> core ? discovery.aggregatedCore(form) : discovery.aggregatedGroups(form));
  }

  /** {@code APIVersions} of the core group. */
  byte[] coreVersions() {
    // Clients are where they are already; the address is not told again.
    return kept("api", () -> discovery.apiVersions(""));
  }

  /** {@code APIGroupList}. */
  byte[] groups() {
    return kept("apis", discovery::apiGroupList);
  }

  /** {@code APIGroup}. */
  Optional<byte[]> group(String group) {
    return discovery.apiGroup(group).map(StatusDocument::bytes);
  }

  /** {@code APIResourceList}. */
  Optional<byte[]> resources(String group, String version) {
    return discovery.resourceList(group, version).map(StatusDocument::bytes);
  }

  /** The index of the OpenAPI v3 documents. */
  byte[] openApiIndex() {
    return kept("openapi", openApi::index);
  }

  /**
   * One OpenAPI v3 document.
   *
   * @param path {@code api/v1} or {@code apis/GROUP/VERSION}
   */
  Optional<byte[]> openApi(String path) {
    return openApi.document(path).map(OpenApiDocuments.Document::bytes);
  }

  /** The OpenAPI v2 document. Large and rarely asked for, so it is made each time. */
  byte[] openApiVersionTwo() {
    return StatusDocument.bytes(openApi.versionTwo());
  }

  /** A {@code Table}, one row per object, without list metadata. */
  ObjectNode table(Kind kind, List<ObjectNode> objects, TableRendering.IncludeObject include) {
    List<JsonNode> documents = List.copyOf(objects);
    return tables.table(kind, documents, include, JsonNodeFactory.instance.objectNode());
  }

  private byte[] kept(String name, Supplier<ObjectNode> make) {
    return requireNonNull(made.computeIfAbsent(name, ignored -> StatusDocument.bytes(make.get())));
  }
}
