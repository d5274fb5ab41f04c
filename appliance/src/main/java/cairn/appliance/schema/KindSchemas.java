package cairn.appliance.schema;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.YamlTree;
import cairn.appliance.apply.FieldType;
import cairn.appliance.schema.Schema.ObjectShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers what the form of a kind demands of a document. Schemas are read from the kind's file, and
 * CEL rules compiled, on first use. Pure, any thread; CEL costs CPU, so not on an event loop.
 */
public final class KindSchemas implements Schemas {

  /** The largest honest document takes milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CrdKinds kinds;
  private final CelRules rules = new CelRules();
  private final Map<Kind, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Kind, FieldType> fieldTypes = new ConcurrentHashMap<>();

  public KindSchemas(CrdKinds kinds) {
    this.kinds = kinds;
  }

  @Override
  public Optional<String> decode(Kind kind, ObjectNode document) {
    if (kind.ofKubernetes()) {
      return Decoding.decode(kind.kind(), schema(kind), document);
    }
    JsonNode metadata = document.path("metadata");
    return metadata.isMissingNode() || metadata.isNull()
        ? Optional.empty()
        : Decoding.decode("ObjectMeta.metadata", Metadata.SCHEMA, metadata);
  }

  @Override
  public List<String> prune(Kind kind, ObjectNode document) {
    return Pruning.prune(schema(kind), document);
  }

  @Override
  public void fillDefaults(Kind kind, ObjectNode document) {
    Defaulting.fill(schema(kind), document);
  }

  @Override
  public List<FieldError> validate(Kind kind, ObjectNode document, Optional<ObjectNode> old) {
    Schema schema = schema(kind);
    List<FieldError> errors = new ArrayList<>(Validation.validate("", schema, document));
    errors.addAll(RuleWalk.ask(rules, schema, document, old, List.copyOf(errors), PATIENCE));
    return List.copyOf(errors);
  }

  @Override
  public FieldType fieldType(Kind kind) {
    return fieldTypes.computeIfAbsent(kind, unread -> FieldTypes.of(schema(unread)));
  }

  Schema schema(Kind kind) {
    return schemas.computeIfAbsent(kind, this::read);
  }

  private Schema read(Kind kind) {
    Schema root = SchemaReader.read(kinds.definition(kind).schema());
    if (!(root.shape() instanceof ObjectShape shape)) {
      throw new IllegalStateException("the schema of " + kind.kind() + " is not one of an object");
    }
    Map<String, Schema> properties = new LinkedHashMap<>(shape.properties());
    properties.put("metadata", Metadata.SCHEMA);
    return root.withShape(
        new ObjectShape(
            properties,
            shape.values(),
            shape.required(),
            shape.open(),
            shape.whole(),
            shape.count()));
  }

  /** The metadata that all kinds share; CRD files do not describe it. */
  static final class Metadata {

    private static final String FILE = "/cairn/crds/metadata.yaml";

    /** Trees of {@code ObjectMeta} and {@code ListMeta}. */
    static final JsonNode DOCUMENT = load();

    static final Schema SCHEMA = SchemaReader.read(DOCUMENT.path("ObjectMeta"));

    private Metadata() {}

    private static JsonNode load() {
      try (InputStream file =
          Objects.requireNonNull(KindSchemas.class.getResourceAsStream(FILE), FILE)) {
        return YamlTree.read(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
