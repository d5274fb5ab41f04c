package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Page;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.TableRendering.IncludeObject;
import cairn.appliance.store.Stored;
import java.nio.ByteBuffer;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes objects in the form a client chose. Plain JSON passes through as the bytes it is. */
final class Rendering {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final KindDocuments documents;
  private final Representation representation;
  private final IncludeObject include;

  private Rendering(KindDocuments documents, Representation representation, IncludeObject include) {
    this.documents = documents;
    this.representation = representation;
    this.include = include;
  }

  /** What this request wants. */
  static Rendering of(KindDocuments documents, Request request) {
    return of(documents, request, Representation.choose(request.headers().accept()));
  }

  /** What this request wants of a stream of objects. */
  static Rendering ofStream(KindDocuments documents, Request request) {
    return of(documents, request, Representation.chooseForStream(request.headers().accept()));
  }

  private static Rendering of(
      KindDocuments documents, Request request, Representation representation) {
    return new Rendering(documents, representation, include(request.parameter("includeObject")));
  }

  /** Of what has no other form. */
  static Rendering plain(KindDocuments documents) {
    return new Rendering(documents, Representation.OBJECT, IncludeObject.NONE);
  }

  /** Clients read the form from the body, so all of them are sent as plain JSON. */
  String contentType() {
    return Answer.JSON;
  }

  byte[] one(Kind kind, byte[] document) {
    return switch (representation) {
      case OBJECT -> document;
      case TABLE, TABLE_V1BETA1 -> {
        ObjectNode object = decode(document);
        ObjectNode table = table(kind, List.of(object));
        table
            .withObjectProperty("metadata")
            .set("resourceVersion", object.path("metadata").path("resourceVersion"));
        yield MAPPER.writeValueAsBytes(table);
      }
      case METADATA -> MAPPER.writeValueAsBytes(metadata(decode(document)));
    };
  }

  byte[] list(Kind kind, Page page) {
    return switch (representation) {
      case OBJECT -> plain(kind, page);
      case TABLE, TABLE_V1BETA1 -> {
        ObjectNode table =
            table(
                kind,
                page.objects().stream().map(Stored::document).map(Rendering::decode).toList());
        table.set("metadata", listMetadata(page));
        yield MAPPER.writeValueAsBytes(table);
      }
      case METADATA -> {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", "PartialObjectMetadataList");
        list.put("apiVersion", "meta.k8s.io/v1");
        list.set("metadata", listMetadata(page));
        ArrayNode items = list.putArray("items");
        page.objects().forEach(object -> items.add(metadata(decode(object.document()))));
        yield MAPPER.writeValueAsBytes(list);
      }
    };
  }

  private ObjectNode table(Kind kind, List<ObjectNode> objects) {
    ObjectNode table = documents.table(kind, objects, include);
    table.put("kind", "Table");
    table.put("apiVersion", representation.tableVersion());
    return table;
  }

  /** In one array of the right size: lists are large, and copies of them are what they cost. */
  private static byte[] plain(Kind kind, Page page) {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put("kind", kind.kind() + "List");
    head.put("apiVersion", kind.apiVersion());
    head.set("metadata", listMetadata(page));
    byte[] opening = MAPPER.writeValueAsBytes(head);
    int documents = page.objects().stream().mapToInt(object -> object.document().length).sum();
    int commas = Math.max(0, page.objects().size() - 1);
    // The head's closing brace makes room for the items.
    ByteBuffer list =
        ByteBuffer.allocate(opening.length - 1 + ITEMS.length + documents + commas + END.length);
    list.put(opening, 0, opening.length - 1).put(ITEMS);
    boolean first = true;
    for (Stored object : page.objects()) {
      if (!first) {
        list.put((byte) ',');
      }
      first = false;
      list.put(object.document());
    }
    return list.put(END).array();
  }

  private static final byte[] ITEMS =
      ",\"items\":[".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final byte[] END = "]}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private static ObjectNode listMetadata(Page page) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("resourceVersion", page.revision().toString());
    if (!page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
    }
    page.remaining().ifPresent(remaining -> metadata.put("remainingItemCount", remaining));
    return metadata;
  }

  private static ObjectNode metadata(ObjectNode object) {
    ObjectNode partial = JsonNodeFactory.instance.objectNode();
    partial.put("kind", "PartialObjectMetadata");
    partial.put("apiVersion", "meta.k8s.io/v1");
    partial.set("metadata", object.path("metadata"));
    return partial;
  }

  private static ObjectNode decode(byte[] document) {
    return (ObjectNode) MAPPER.readTree(document);
  }

  private static IncludeObject include(String text) {
    return switch (text) {
      case "", "Metadata" -> IncludeObject.METADATA;
      case "None" -> IncludeObject.NONE;
      case "Object" -> IncludeObject.OBJECT;
      default ->
          throw new Refusal(
              Reason.BAD_REQUEST,
              "includeObject is \"" + text + "\", expected None, Metadata or Object");
    };
  }
}
