package cairn.appliance.schema;

import cairn.appliance.schema.KindSchemas.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAPI: v3, one document per group version, built when first asked for and kept as bytes; and
 * v2, one for all, built at each asking. Any thread.
 */
public final class OpenApiDocuments {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A document and the hash of its bytes. */
  public static final class Document {

    private final byte[] bytes;
    private final String hash;

    private Document(byte[] bytes, String hash) {
      this.bytes = bytes;
      this.hash = hash;
    }

    /** A copy of the JSON text. */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** SHA-256 of the text, in upper-case hexadecimal. */
    public String hash() {
      return hash;
    }
  }

  private final CrdKinds kinds;
  private final String productVersion;
  private final Map<String, Document> documents = new ConcurrentHashMap<>();

  public OpenApiDocuments(CrdKinds kinds, String productVersion) {
    this.kinds = kinds;
    this.productVersion = productVersion;
  }

  /** {@code /openapi/v3}: where each document is, by a URL that changes with its content. */
  public ObjectNode index() {
    ObjectNode index = NODES.objectNode();
    ObjectNode paths = index.putObject("paths");
    for (String path : groupVersionPaths()) {
      document(path)
          .ifPresent(document ->
              paths
                  .putObject(path)
                  .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + document.hash()));
    }
    return index;
  }

  /**
   * The document of a group version.
   *
   * @param groupVersionPath {@code api/v1} or {@code apis/GROUP/VERSION}
   */
  public Optional<Document> document(String groupVersionPath) {
    List<Kind> served = served(groupVersionPath);
    return served.isEmpty()
        ? Optional.empty()
        : Optional.of(documents.computeIfAbsent(groupVersionPath, path -> build(served)));
  }

  /** {@code /openapi/v2} in JSON: all group versions in one document. */
  public ObjectNode versionTwo() {
    return OpenApiVersionTwo.of(
        groupVersionPaths().stream().map(this::served).map(this::tree).toList(), productVersion);
  }

  private List<Kind> served(String groupVersionPath) {
    return kinds.served().stream().filter(kind -> path(kind).equals(groupVersionPath)).toList();
  }

  private Set<String> groupVersionPaths() {
    Set<String> paths = new LinkedHashSet<>();
    kinds.served().forEach(kind -> paths.add(path(kind)));
    return paths;
  }

  static String path(Kind kind) {
    return (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion();
  }

  private Document build(List<Kind> served) {
    byte[] bytes = tree(served).toString().getBytes(StandardCharsets.UTF_8);
    return new Document(bytes, hash(bytes));
  }

  private ObjectNode tree(List<Kind> served) {
    ObjectNode document = NODES.objectNode();
    document.put("openapi", "3.0.0");
    document.putObject("info").put("title", "Cairn").put("version", productVersion);
    ObjectNode paths = document.putObject("paths");
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    for (Kind kind : served) {
      OpenApiPaths.add(paths, kind);
      OpenApiSchemas.add(schemas, kinds.definition(kind));
    }
    if (served.stream().anyMatch(kind -> kind.scale().isPresent())) {
      OpenApiSchemas.addScale(schemas);
    }
    schemas.set(OpenApiSchemas.OBJECT_META, Metadata.DOCUMENT.path("ObjectMeta").deepCopy());
    schemas.set(OpenApiSchemas.LIST_META, Metadata.DOCUMENT.path("ListMeta").deepCopy());
    return document;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of()
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the Java runtime has no SHA-256", e);
    }
  }
}
