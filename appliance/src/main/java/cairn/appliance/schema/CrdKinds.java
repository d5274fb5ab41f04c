package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.YamlTree;
import cairn.appliance.schema.Kind.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The kinds described by the CRD-format files in the resources. Read once, then only memory;
 * immutable, any thread. The file {@code index} fixes which are served and in which order; the file
 * {@code later} names those whose controllers are still to come.
 */
public final class CrdKinds implements Kinds {

  private static final String FOLDER = "/cairn/crds/";
  private static final List<String> USUAL_VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private final List<ObjectNode> files;
  private final Map<Kind, Definition> definitions;
  private final List<Kind> served;

  private CrdKinds(List<ObjectNode> files) {
    Map<Kind, Definition> byKind = new LinkedHashMap<>();
    files.stream()
        .flatMap(file -> definitions(file).stream())
        .forEach(definition -> byKind.put(definition.kind(), definition));
    this.files = List.copyOf(files);
    this.definitions = byKind;
    this.served = List.copyOf(byKind.keySet());
  }

  /** Reads all files that the index names. */
  public static CrdKinds load() {
    return new CrdKinds(names("index").map(CrdKinds::file).toList());
  }

  /** Those that are served, and behind them those that are not yet; for tests. */
  public static CrdKinds loadWithLater() {
    return new CrdKinds(Stream.concat(names("index"), names("later")).map(CrdKinds::file).toList());
  }

  @Override
  public List<Kind> served() {
    return served;
  }

  @Override
  public Optional<Kind> find(String group, String version, String plural) {
    return served.stream()
        .filter(kind ->
            kind.plural().equals(plural)
                && kind.version().equals(version)
                && kind.group().equals(group))
        .findFirst();
  }

  @Override
  public Optional<Kind> named(String apiVersion, String kindName) {
    return served.stream()
        .filter(kind -> kind.kind().equals(kindName) && kind.apiVersion().equals(apiVersion))
        .findFirst();
  }

  @Override
  public Kind stored(Kind kind) {
    return kind.storedAsItIs()
        ? kind
        : served.stream()
            .filter(each -> each.storedAsItIs() && each.storedIn().equals(kind.storedIn()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("nothing stores " + kind));
  }

  /** The documents of the kinds, as read; nobody may change them. */
  List<ObjectNode> files() {
    return files;
  }

  /** The kind's definition; the kind must be one of {@link #served()}. */
  Definition definition(Kind kind) {
    return requireNonNull(definitions.get(kind), () -> kind + " is not served");
  }

  private static Stream<String> names(String list) {
    try (InputStream names = resource(list)) {
      return new String(names.readAllBytes(), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode file(String name) {
    try (InputStream file = resource(name + ".yaml")) {
      return (ObjectNode) YamlTree.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException | ClassCastException e) {
      throw new IllegalStateException("the kind file " + name + ".yaml cannot be read", e);
    }
  }

  private static InputStream resource(String name) {
    return requireNonNull(
        CrdKinds.class.getResourceAsStream(FOLDER + name), () -> FOLDER + name + " is missing");
  }

  private static List<Definition> definitions(ObjectNode document) {
    JsonNode spec = document.path("spec");
    List<Definition> definitions = new ArrayList<>();
    for (JsonNode version : spec.path("versions")) {
      definitions.add(
          new Definition(
              kind(spec, version), spec.path("names").path("listKind").asString(), version));
    }
    return definitions;
  }

  private static Kind kind(JsonNode spec, JsonNode version) {
    JsonNode names = spec.path("names");
    String group = spec.path("group").asString();
    String plural = names.path("plural").asString();
    return new Kind(
        group,
        version.path("name").asString(),
        names.path("kind").asString(),
        plural,
        names.path("singular").asString(),
        texts(names.path("shortNames")),
        texts(names.path("categories")),
        spec.path("scope").asString().equals("Namespaced") ? Scope.NAMESPACED : Scope.CLUSTER,
        version.path("subresources").has("status"),
        verbs(version),
        spec.path("x-cairn-stored-in").asString(Kind.resource(group, plural)),
        version.path("storage").asBoolean(false) && !spec.has("x-cairn-stored-in"),
        scale(version.path("subresources").path("scale")),
        deprecation(spec, version));
  }

  private static Optional<Kind.Scale> scale(JsonNode scale) {
    return scale.isObject()
        ? Optional.of(
            new Kind.Scale(
                pointer(scale.path("specReplicasPath")),
                pointer(scale.path("statusReplicasPath")),
                pointer(scale.path("labelSelectorPath"))))
        : Optional.empty();
  }

  /** Such paths are plain: names after dots. A path that is not there leads to nothing. */
  private static JsonPointer pointer(JsonNode path) {
    return JsonPointer.compile(path.asString(".nowhere.at.all").replace('.', '/'));
  }

  /** In Kubernetes' words where the file has none. */
  private static String deprecation(JsonNode spec, JsonNode version) {
    return version.path("deprecated").asBoolean(false)
        ? version
            .path("deprecationWarning")
            .asString(
                spec.path("group").asString()
                    + "/"
                    + version.path("name").asString()
                    + " "
                    + spec.path("names").path("kind").asString()
                    + " is deprecated")
        : "";
  }

  private static Set<String> verbs(JsonNode version) {
    return new LinkedHashSet<>(
        version.has("x-cairn-verbs") ? texts(version.path("x-cairn-verbs")) : USUAL_VERBS);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }
}
