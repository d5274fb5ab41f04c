package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What clients ask first: which groups, versions and resources there are. In the old form (one
 * document per group version) and the aggregated one (everything at once). Immutable, any thread.
 */
public final class DiscoveryDocuments {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> STATUS_VERBS = List.of("get", "patch", "update");

  /** The versions of the aggregated form; the answer's content type must name the same. */
  public enum Aggregated {
    V2("apidiscovery.k8s.io/v2"),
    V2BETA1("apidiscovery.k8s.io/v2beta1");

    private final String apiVersion;

    Aggregated(String apiVersion) {
      this.apiVersion = apiVersion;
    }

    /** The content type that clients recognise the form by. */
    public String contentType() {
      return "application/json;g=apidiscovery.k8s.io;v="
          + apiVersion.substring(apiVersion.indexOf('/') + 1)
          + ";as=APIGroupDiscoveryList";
    }
  }

  /**
   * A resource that is not a stored kind, or a subresource beyond {@code status}: a console, a
   * review.
   *
   * @param plural the resource, or the one it is a part of
   * @param subresource empty for a resource of its own
   * @param kind of what is answered, in the same group and version
   */
  public record Extra(
      String group,
      String version,
      String plural,
      String subresource,
      String kind,
      boolean namespaced,
      List<String> verbs) {
    public Extra {
      requireNonNull(group, "group is null");
      requireNonNull(version, "version is null");
      requireNonNull(plural, "plural is null");
      requireNonNull(subresource, "subresource is null");
      requireNonNull(kind, "kind is null");
      verbs = List.copyOf(verbs);
    }
  }

  private record GroupVersion(String group, String version) {
    String text() {
      return group.isEmpty() ? version : group + "/" + version;
    }
  }

  private final Kinds kinds;
  private final List<Extra> extras;

  public DiscoveryDocuments(Kinds kinds, List<Extra> extras) {
    this.kinds = kinds;
    this.extras = List.copyOf(extras);
  }

  /**
   * {@code /api} in the old form.
   *
   * @param serverAddress host and port as the client reaches them
   */
  public ObjectNode apiVersions(String serverAddress) {
    ObjectNode document = NODES.objectNode();
    document.put("kind", "APIVersions");
    document.putArray("versions").add("v1");
    document
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", serverAddress);
    return document;
  }

  /** {@code /apis} in the old form. */
  public ObjectNode apiGroupList() {
    ObjectNode document = NODES.objectNode();
    document.put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = document.putArray("groups");
    for (String group : groups()) {
      if (!group.isEmpty()) {
        groups.add(describe(group, NODES.objectNode()));
      }
    }
    return document;
  }

  /** {@code /apis/GROUP}; empty if there is no such group. */
  public Optional<ObjectNode> apiGroup(String group) {
    if (group.isEmpty() || !groups().contains(group)) {
      return Optional.empty();
    }
    return Optional.of(
        describe(group, NODES.objectNode().put("kind", "APIGroup").put("apiVersion", "v1")));
  }

  /** {@code /apis/GROUP/VERSION}, or {@code /api/v1}; empty if there is no such version. */
  public Optional<ObjectNode> resourceList(String group, String version) {
    GroupVersion asked = new GroupVersion(group, version);
    if (!groupVersions().contains(asked)) {
      return Optional.empty();
    }
    ObjectNode document = NODES.objectNode();
    document.put("kind", "APIResourceList").put("apiVersion", "v1");
    document.put("groupVersion", asked.text());
    ArrayNode resources = document.putArray("resources");
    kinds(asked).forEach(kind -> listKind(resources, kind));
    extras(asked).forEach(extra -> listExtra(resources, extra));
    return Optional.of(document);
  }

  /** {@code /api} in the aggregated form. */
  public ObjectNode aggregatedCore(Aggregated form) {
    return aggregated(form, List.of(""));
  }

  /** {@code /apis} in the aggregated form. */
  public ObjectNode aggregatedGroups(Aggregated form) {
    return aggregated(form, groups().stream().filter(group -> !group.isEmpty()).toList());
  }

  private ObjectNode describe(String group, ObjectNode into) {
    into.put("name", group);
    ArrayNode versions = into.putArray("versions");
    groupVersions().stream()
        .filter(served -> served.group().equals(group))
        .forEach(served -> version(versions.addObject(), served));
    into.set("preferredVersion", versions.path(0).deepCopy());
    return into;
  }

  private static void version(ObjectNode into, GroupVersion served) {
    into.put("groupVersion", served.text()).put("version", served.version());
  }

  private static void listKind(ArrayNode resources, Kind kind) {
    ObjectNode resource =
        resources
            .addObject()
            .put("name", kind.plural())
            .put("singularName", kind.singular())
            .put("namespaced", kind.namespaced())
            .put("kind", kind.kind());
    texts(resource.putArray("verbs"), kind.verbs());
    if (!kind.shortNames().isEmpty()) {
      texts(resource.putArray("shortNames"), kind.shortNames());
    }
    if (!kind.categories().isEmpty()) {
      texts(resource.putArray("categories"), kind.categories());
    }
    if (kind.statusSubresource()) {
      ObjectNode status =
          resources
              .addObject()
              .put("name", kind.plural() + "/status")
              .put("singularName", "")
              .put("namespaced", kind.namespaced())
              .put("kind", kind.kind());
      texts(status.putArray("verbs"), STATUS_VERBS);
    }
    if (kind.scale().isPresent()) {
      ObjectNode scale =
          resources
              .addObject()
              .put("name", kind.plural() + "/scale")
              .put("singularName", "")
              .put("namespaced", kind.namespaced())
              .put("group", "autoscaling")
              .put("version", "v1")
              .put("kind", "Scale");
      texts(scale.putArray("verbs"), STATUS_VERBS);
    }
  }

  private static void listExtra(ArrayNode resources, Extra extra) {
    boolean isPart = !extra.subresource().isEmpty();
    ObjectNode resource =
        resources
            .addObject()
            .put("name", extra.plural() + (isPart ? "/" + extra.subresource() : ""))
            .put("singularName", "")
            .put("namespaced", extra.namespaced())
            .put("kind", extra.kind());
    texts(resource.putArray("verbs"), extra.verbs());
  }

  private ObjectNode aggregated(Aggregated form, List<String> groups) {
    ObjectNode document = NODES.objectNode();
    document.put("kind", "APIGroupDiscoveryList").put("apiVersion", form.apiVersion);
    document.putObject("metadata");
    ArrayNode items = document.putArray("items");
    for (String group : groups) {
      ObjectNode item = items.addObject();
      ObjectNode metadata = item.putObject("metadata").putNull("creationTimestamp");
      if (!group.isEmpty()) {
        metadata.put("name", group);
      }
      ArrayNode versions = item.putArray("versions");
      groupVersions().stream()
          .filter(served -> served.group().equals(group))
          .forEach(served -> aggregate(versions.addObject(), served));
    }
    return document;
  }

  private void aggregate(ObjectNode into, GroupVersion served) {
    into.put("version", served.version());
    Map<String, ObjectNode> resources = new LinkedHashMap<>();
    kinds(served).forEach(kind -> resources.put(kind.plural(), aggregatedKind(kind)));
    for (Extra extra : extras(served)) {
      ObjectNode parent =
          resources.computeIfAbsent(extra.plural(), plural -> aggregatedExtra(extra));
      if (!extra.subresource().isEmpty()) {
        ObjectNode part = parent.withArray("subresources").addObject();
        part.put("subresource", extra.subresource());
        responseKind(part, extra.group(), extra.version(), extra.kind());
        texts(part.putArray("verbs"), extra.verbs());
      }
    }
    into.putArray("resources").addAll(resources.values());
    into.put("freshness", "Current");
  }

  private static ObjectNode aggregatedKind(Kind kind) {
    ObjectNode resource = NODES.objectNode().put("resource", kind.plural());
    responseKind(resource, kind.group(), kind.version(), kind.kind());
    resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
    resource.put("singularResource", kind.singular());
    texts(resource.putArray("verbs"), kind.verbs());
    if (!kind.shortNames().isEmpty()) {
      texts(resource.putArray("shortNames"), kind.shortNames());
    }
    if (!kind.categories().isEmpty()) {
      texts(resource.putArray("categories"), kind.categories());
    }
    if (kind.statusSubresource()) {
      ObjectNode status = resource.withArray("subresources").addObject();
      status.put("subresource", "status");
      responseKind(status, kind.group(), kind.version(), kind.kind());
      texts(status.putArray("verbs"), STATUS_VERBS);
    }
    if (kind.scale().isPresent()) {
      ObjectNode scale = resource.withArray("subresources").addObject();
      scale.put("subresource", "scale");
      responseKind(scale, "autoscaling", "v1", "Scale");
      texts(scale.putArray("verbs"), STATUS_VERBS);
    }
    return resource;
  }

  /** A resource that only carries parts has no verbs of its own. */
  private static ObjectNode aggregatedExtra(Extra extra) {
    ObjectNode resource = NODES.objectNode().put("resource", extra.plural());
    responseKind(resource, extra.group(), extra.version(), extra.kind());
    resource.put("scope", extra.namespaced() ? "Namespaced" : "Cluster");
    resource.put("singularResource", "");
    texts(resource.putArray("verbs"), extra.subresource().isEmpty() ? extra.verbs() : List.of());
    return resource;
  }

  private static void responseKind(ObjectNode into, String group, String version, String kind) {
    into.putObject("responseKind").put("group", group).put("version", version).put("kind", kind);
  }

  private static void texts(ArrayNode array, Iterable<String> texts) {
    texts.forEach(array::add);
  }

  private Set<String> groups() {
    Set<String> groups = new LinkedHashSet<>();
    groupVersions().forEach(served -> groups.add(served.group()));
    return groups;
  }

  /** Groups in the order they are named first; in each the preferred version first. */
  private List<GroupVersion> groupVersions() {
    Set<GroupVersion> all = new LinkedHashSet<>();
    kinds.served().forEach(kind -> all.add(new GroupVersion(kind.group(), kind.version())));
    extras.forEach(extra -> all.add(new GroupVersion(extra.group(), extra.version())));
    List<String> groups = all.stream().map(GroupVersion::group).distinct().toList();
    return all.stream()
        .sorted(
            Comparator.comparingInt((GroupVersion each) -> groups.indexOf(each.group()))
                .thenComparing(GroupVersion::version, VersionPriority.PREFERRED_FIRST))
        .toList();
  }

  private List<Kind> kinds(GroupVersion served) {
    return kinds.served().stream()
        .filter(kind -> new GroupVersion(kind.group(), kind.version()).equals(served))
        .toList();
  }

  private List<Extra> extras(GroupVersion served) {
    return extras.stream()
        .filter(extra -> new GroupVersion(extra.group(), extra.version()).equals(served))
        .toList();
  }
}
