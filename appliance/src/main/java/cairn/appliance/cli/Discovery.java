package cairn.appliance.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What kinds the service serves, and where. */
final class Discovery {

  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

  private final List<Kind> kinds = new ArrayList<>();

  Discovery(ApiClient client) {
    for (String root : List.of("/api", "/apis")) {
      for (JsonNode group : client.get(root, AGGREGATED).path("items")) {
        for (JsonNode version : group.path("versions")) {
          version
              .path("resources")
              .forEach(resource ->
                  kinds.add(
                      Kind.from(
                          group.path("metadata").path("name").asString(""),
                          version.path("version").asString(""),
                          resource)));
        }
      }
    }
  }

  /** The kinds that a word on the command line means: a name, a short name or a category. */
  List<Kind> meantBy(String words) {
    List<Kind> meant = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      List<Kind> found = kinds.stream().filter(kind -> kind.isCalled(word)).limit(1).toList();
      if (found.isEmpty()) {
        found = inCategory(word);
      }
      if (found.isEmpty()) {
        throw new Failure(
            Failure.REFUSED,
            "the service knows no kind called '" + word + "'; try: cairn get --help");
      }
      meant.addAll(found);
    }
    return meant;
  }

  /** Of a kind in several versions the first, which the service prefers. */
  private List<Kind> inCategory(String word) {
    Map<String, Kind> byResource = new LinkedHashMap<>();
    kinds.stream()
        .filter(kind -> kind.categories().contains(word))
        .forEach(kind -> byResource.putIfAbsent(kind.plural() + "." + kind.group(), kind));
    return List.copyOf(byResource.values());
  }

  /** The kind that a manifest names. */
  Kind of(JsonNode manifest) {
    String apiVersion = manifest.path("apiVersion").asString("");
    String name = manifest.path("kind").asString("");
    return kinds.stream()
        .filter(kind -> kind.kind().equals(name) && kind.apiVersion().equals(apiVersion))
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                Failure.REFUSED,
                "the service does not serve kind %s of %s".formatted(name, apiVersion)));
  }

  /** One kind, as discovery shows it. */
  record Kind(
      String group,
      String version,
      String plural,
      String singular,
      String kind,
      boolean namespaced,
      List<String> shortNames,
      List<String> categories) {

    static Kind from(String group, String version, JsonNode resource) {
      return new Kind(
          group,
          version,
          resource.path("resource").asString(""),
          resource.path("singularResource").asString(""),
          resource.path("responseKind").path("kind").asString(""),
          resource.path("scope").asString("").equals("Namespaced"),
          strings(resource.path("shortNames")),
          strings(resource.path("categories")));
    }

    String apiVersion() {
      return group.isEmpty() ? version : group + "/" + version;
    }

    boolean isCalled(String word) {
      String lower = word.toLowerCase(Locale.ROOT);
      return lower.equals(plural)
          || lower.equals(singular)
          || lower.equals(kind.toLowerCase(Locale.ROOT))
          || lower.equals(plural + "." + group)
          || shortNames.contains(lower);
    }

    /** Where objects of this kind are; an empty namespace means all of them. */
    String path(String namespace) {
      String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
      String scope = namespaced && !namespace.isEmpty() ? "/namespaces/" + segment(namespace) : "";
      return root + scope + "/" + plural;
    }

    String path(String namespace, String name) {
      return path(namespace) + "/" + segment(name);
    }

    private static List<String> strings(JsonNode list) {
      return list.valueStream().map(value -> value.asString("")).toList();
    }

    private static String segment(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }
}
