package cairn.appliance.server;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Paths that are not about objects: health, metrics, version, discovery, OpenAPI. */
final class FixedPaths {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final KindDocuments documents;
  private final OpenApiAnswers openApi;
  private final HealthPaths health;
  private final Scrape scrape;
  private final String version;

  FixedPaths(ApiServer.Parts parts) {
    this.documents = parts.documents();
    this.openApi = new OpenApiAnswers(parts.documents());
    this.health = new HealthPaths(parts.health());
    this.scrape = parts.scrape();
    this.version = parts.version();
  }

  /** Whether anybody may ask, known or not. */
  static boolean open(List<String> path) {
    return !path.isEmpty() && HealthPaths.include(path.getFirst());
  }

  /** Empty if the path is not one of these. */
  Optional<Answer> answer(Request request) {
    List<String> path = request.path();
    Optional<Answer> found = find(request, path);
    if (found.isPresent() && !request.method().equals("GET") && !request.method().equals("HEAD")) {
      throw Unknown.method();
    }
    return found;
  }

  private Optional<Answer> find(Request request, List<String> path) {
    if (path.isEmpty()) {
      return Optional.of(root());
    }
    String rest = String.join("/", path.subList(1, path.size()));
    return switch (path.getFirst()) {
      case "healthz", "livez", "readyz" ->
          Optional.of(health.answer(request, path.getFirst(), rest));
      case "metrics" ->
          rest.isEmpty()
              ? Optional.of(new Answer.Whole(200, PROMETHEUS, scrape.text()))
              : Optional.empty();
      case "version" -> rest.isEmpty() ? Optional.of(version()) : Optional.empty();
      case "api" ->
          rest.isEmpty()
              ? Optional.of(Discovery.core(documents, request))
              : below(request, "", path.subList(1, path.size()));
      case "apis" ->
          switch (path.size()) {
            case 1 -> Optional.of(Discovery.groups(documents, request));
            case 2 ->
                documents
                    .group(path.get(1))
                    .map(bytes -> Discovery.tagged(request, Answer.JSON, bytes));
            default -> below(request, path.get(1), path.subList(2, path.size()));
          };
      case "openapi" -> openApi.answer(request, rest);
      default -> Optional.empty();
    };
  }

  /** The list of resources of a group version. */
  private Optional<Answer> below(Request request, String group, List<String> rest) {
    return rest.size() == 1
        ? documents
            .resources(group, rest.getFirst())
            .map(bytes -> Discovery.tagged(request, Answer.JSON, bytes))
        : Optional.empty();
  }

  /** Tools read {@code gitVersion} as the semantic version of the Kubernetes API spoken. */
  private Answer version() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("major", "1");
    document.put("minor", "32");
    document.put("gitVersion", "v1.32.0+cairn-" + version);
    document.put("gitCommit", "");
    document.put("gitTreeState", "clean");
    document.put("buildDate", "");
    document.put("goVersion", "");
    document.put("compiler", "");
    document.put("platform", "linux/amd64");
    return new Answer.Whole(200, Answer.JSON, StatusDocument.bytes(document));
  }

  private static Answer root() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    var paths = document.putArray("paths");
    List.of(
            "/api",
            "/apis",
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi/v2",
            "/openapi/v3",
            "/readyz",
            "/version")
        .forEach(paths::add);
    return new Answer.Whole(200, Answer.JSON, StatusDocument.bytes(document));
  }
}
