package cairn.appliance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Spoils good requests in one to three places. The same random numbers spoil the same way. */
final class Mutations {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final List<String> PATHS =
      List.of(
          "..",
          "%2e%2e",
          "%2F",
          "a%2Fb",
          "%00",
          "%",
          "%zz",
          "%c3%28",
          "//",
          "/",
          "namespaces",
          "status",
          "x".repeat(300),
          "%F0%9F%98%80",
          ".",
          "-",
          "A",
          ";a=b",
          "*",
          "'",
          "default");

  private static final List<String> QUERIES =
      List.of(
          "limit=-1",
          "limit=99999999999999999999",
          "limit=1&continue=forged",
          "continue=%00",
          "continue=eyJydiI6MX0",
          "resourceVersion=-1",
          "resourceVersion=abc",
          "resourceVersion=01",
          "resourceVersion=99999999999999999999",
          "resourceVersion=0&resourceVersionMatch=Exact",
          "resourceVersionMatch=Sometimes",
          "labelSelector=%2Ca",
          "labelSelector=a+in+(",
          "labelSelector=%21%21a",
          "labelSelector=a%3D%3D%3Db",
          "labelSelector=" + "a,".repeat(500),
          "labelSelector=a+notin+()",
          "fieldSelector=metadata.name%3D",
          "fieldSelector=x%21%3D%3D",
          "fieldSelector=%3D",
          "fieldSelector=metadata.name!x",
          "watch=1&timeoutSeconds=1",
          "watch=true&timeoutSeconds=1&resourceVersion=1",
          "watch=True&timeoutSeconds=-1",
          "watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
              + "&allowWatchBookmarks=true",
          "watch=1&sendInitialEvents=maybe&timeoutSeconds=1",
          "timeoutSeconds=1e9&watch=1",
          "dryRun=All",
          "dryRun=Some",
          "dryRun=",
          "fieldManager=" + "m".repeat(200),
          "fieldManager=%00",
          "fieldManager=%F0%9F%98%80",
          "fieldValidation=Strict",
          "fieldValidation=Ignore",
          "fieldValidation=Perhaps",
          "force=maybe",
          "force=true",
          "propagationPolicy=Orphan",
          "propagationPolicy=No",
          "gracePeriodSeconds=-1",
          "gracePeriodSeconds=x",
          "orphanDependents=2",
          "includeObject=Everything",
          "a=%zz",
          "&&=&",
          "timeout=1s",
          "pretty=true");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/json",
          "Content-Type: application/yaml",
          "Content-Type: application/apply-patch+yaml",
          "Content-Type: application/json-patch+json",
          "Content-Type: application/merge-patch+json",
          "Content-Type: application/strategic-merge-patch+json",
          "Content-Type: application/vnd.kubernetes.protobuf",
          "Content-Type: text/html",
          "Content-Type: ;;;",
          "Content-Type: application/json; charset=utf-16",
          "Accept: */*;q=x",
          "Accept: application/json;as=Table;v=v1;g=meta.k8s.io",
          "Accept: application/json;as=Table;v=v9;g=meta.k8s.io",
          "Accept: text/plain",
          "Accept: application/yaml",
          "Accept: application/yaml;as=Table;v=v1;g=meta.k8s.io, */*;q=0.1",
          "Accept: ,",
          "Accept: application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
          "Accept: application/vnd.kubernetes.protobuf",
          "Accept-Encoding: gzip, br;q=x",
          "If-None-Match: \"x\"",
          "Impersonate-User: nobody",
          "Authorization: Bearer x",
          "Authorization: Basic %%%",
          "Content-Encoding: gzip",
          "User-Agent: " + "u".repeat(300),
          "X: \u00ff\u0001",
          "Expect: 100-wait",
          "Range: bytes=0-1");

  private static final List<JsonNode> VALUES =
      List.of(
          NODES.nullNode(),
          NODES.stringNode(""),
          NODES.stringNode("\u0000"),
          NODES.stringNode("\ud800"),
          NODES.stringNode("../../etc/passwd"),
          NODES.stringNode("<a>&'\"]]>"),
          NODES.stringNode("x".repeat(70_000)),
          NODES.stringNode("1e400Gi"),
          NODES.stringNode("-1"),
          NODES.stringNode("9".repeat(400)),
          NODES.numberNode(-1),
          NODES.numberNode(Long.MAX_VALUE),
          NODES.numberNode(1.5),
          NODES.numberNode(new java.math.BigInteger("9".repeat(100))),
          NODES.numberNode(new java.math.BigDecimal("1e9999")),
          NODES.booleanNode(true),
          NODES.arrayNode(),
          NODES.arrayNode().add(NODES.nullNode()),
          NODES.objectNode(),
          NODES.objectNode().put("", ""),
          NODES.objectNode().put("a.b/c d", 1));

  private final RandomGenerator random;

  Mutations(RandomGenerator random) {
    this.random = random;
  }

  RawRequest spoil(RawRequest request) {
    RawRequest spoilt = request;
    for (int times = random.nextInt(1, 4); times > 0; times--) {
      spoilt =
          switch (random.nextInt(8)) {
            case 0 -> spoilt.withTarget(path(spoilt.target()));
            case 1 -> spoilt.withTarget(query(spoilt.target()));
            case 2 -> spoilt.withHeaders(headers(spoilt.headers()));
            case 3 -> spoilt.withMethod(method());
            case 4 -> spoilt.withBody(bytes(spoilt.body()));
            default -> spoilt.withBody(document(spoilt.body()));
          };
    }
    return spoilt;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String method() {
    return one(
        List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"));
  }

  private String path(String target) {
    int end = target.indexOf('?');
    String query = end < 0 ? "" : target.substring(end);
    List<String> steps =
        new ArrayList<>(List.of((end < 0 ? target : target.substring(0, end)).split("/", -1)));
    int at = random.nextInt(1, steps.size() + 1);
    switch (random.nextInt(3)) {
      case 0 -> steps.add(at, one(PATHS));
      case 1 -> steps.set(Math.min(at, steps.size() - 1), one(PATHS));
      default -> steps.remove(Math.min(at, steps.size() - 1));
    }
    return (steps.size() < 2 ? "/" : String.join("/", steps)).replace(' ', '+') + query;
  }

  private String query(String target) {
    return target + (target.contains("?") ? "&" : "?") + one(QUERIES);
  }

  private List<String> headers(List<String> headers) {
    List<String> changed = new ArrayList<>(headers);
    String added = one(HEADERS);
    String name = added.substring(0, added.indexOf(':') + 1);
    if (random.nextBoolean()) {
      changed.removeIf(header -> header.startsWith(name));
    }
    changed.add(added);
    return changed;
  }

  private byte[] bytes(byte[] body) {
    if (body.length == 0) {
      return "{".getBytes(UTF_8);
    }
    byte[] changed = body.clone();
    int at = random.nextInt(changed.length);
    switch (random.nextInt(4)) {
      case 0 -> changed[at] = (byte) random.nextInt();
      case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> changed = java.util.Arrays.copyOf(changed, at);
      default -> {
        String text = new String(changed, ISO_8859_1);
        changed = (text.substring(0, at) + nested() + text.substring(at)).getBytes(ISO_8859_1);
      }
    }
    return changed;
  }

  private String nested() {
    return switch (random.nextInt(5)) {
      case 0 -> "[".repeat(5_000);
      case 1 -> "{\"a\":".repeat(5_000);
      case 2 -> "\u00ff\u00fe";
      case 3 -> "\n- &a [*a,*a]\n";
      default -> "9".repeat(5_000);
    };
  }

  /** Puts a strange value somewhere into a JSON document, or takes or doubles a field. */
  private byte[] document(byte[] body) {
    JsonNode tree;
    try {
      tree = JsonMapper.shared().readTree(body);
    } catch (RuntimeException e) {
      return bytes(body);
    }
    JsonNode place = tree;
    while (random.nextInt(4) > 0 && !place.isEmpty()) {
      List<JsonNode> children = new ArrayList<>();
      place.forEach(children::add);
      JsonNode next = one(children);
      if (!next.isContainer()) {
        break;
      }
      place = next;
    }
    change(place);
    return tree.toString().getBytes(UTF_8);
  }

  private void change(JsonNode place) {
    JsonNode value = one(VALUES).deepCopy();
    if (place instanceof ObjectNode object) {
      List<String> names = new ArrayList<>(object.propertyNames());
      names.add("extra" + random.nextInt(3));
      String name = one(names);
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, value);
      }
    } else if (place instanceof ArrayNode array) {
      array.add(value);
    }
  }
}
