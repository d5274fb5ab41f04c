package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A field selector: {@code path=value}, {@code ==} and {@code !=}, joined by commas. A backslash
 * makes a comma, an equals sign or a backslash part of the value; Go clients write them so.
 */
final class FieldSelector {

  static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  private static final Set<String> ALWAYS = Set.of("metadata.name", "metadata.namespace");

  /** What Kubernetes lets clients select by, beyond name and namespace. */
  private static final Map<String, Set<String>> FURTHER =
      Map.of(
          "pods",
          Set.of(
              "spec.nodeName",
              "spec.restartPolicy",
              "spec.schedulerName",
              "spec.serviceAccountName",
              "spec.hostNetwork",
              "status.phase",
              "status.podIP",
              "status.nominatedNodeName"),
          "services",
          Set.of("spec.clusterIP", "spec.type"),
          "events",
          Set.of(
              "involvedObject.kind",
              "involvedObject.namespace",
              "involvedObject.name",
              "involvedObject.uid",
              "involvedObject.apiVersion",
              "involvedObject.resourceVersion",
              "involvedObject.fieldPath",
              "reason",
              "reportingComponent",
              "source",
              "type"),
          "events.events.k8s.io",
          Set.of(
              "regarding.kind",
              "regarding.namespace",
              "regarding.name",
              "regarding.uid",
              "regarding.apiVersion",
              "regarding.resourceVersion",
              "regarding.fieldPath",
              "reason",
              "reportingController",
              "type"),
          "secrets",
          Set.of("type"),
          "namespaces",
          Set.of("status.phase"),
          "nodes",
          Set.of("spec.unschedulable"));

  /** The first operator ends the field; a second one would belong to the value. */
  private static final Pattern TERM = Pattern.compile("(?s)(.*?)(!=|==|=)(.*)");

  /** What a value holds only behind a backslash. */
  private static final String SPECIAL = "\\,=";

  private final List<Requirement> requirements;

  private FieldSelector(List<Requirement> requirements) {
    this.requirements = List.copyOf(requirements);
  }

  private record Requirement(String field, boolean equal, String value) {

    boolean matches(JsonNode document) {
      JsonNode node = document;
      for (String step : field.split("\\.")) {
        node = node.path(step);
      }
      if (field.equals("source")) {
        node = node.path("component");
        node = node.asString("").isEmpty() ? document.path("reportingComponent") : node;
      }
      return node.asString("").equals(value) == equal;
    }
  }

  /**
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} if the text is no selector or the kind
   *     cannot be selected by such a field
   */
  static FieldSelector parse(Kind kind, String text) {
    List<Requirement> requirements = new ArrayList<>();
    for (String term : terms(text)) {
      if (!term.isEmpty()) {
        requirements.add(requirement(kind, term, text));
      }
    }
    return requirements.isEmpty() ? EVERYTHING : new FieldSelector(requirements);
  }

  /** At commas that no backslash takes along. */
  private static List<String> terms(String text) {
    List<String> terms = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        terms.add(text.substring(start, i));
        start = i + 1;
      }
    }
    terms.add(text.substring(start));
    return terms;
  }

  boolean everything() {
    return requirements.isEmpty();
  }

  /** The one name that can match, if the selector names one. */
  Optional<String> name() {
    return only("metadata.name");
  }

  /** The one namespace that can match, if the selector names one. */
  Optional<String> namespace() {
    return only("metadata.namespace");
  }

  /** Whether it is nothing but one name, which the store finds by itself. */
  boolean onlyName() {
    return requirements.size() == 1 && !name().orElse("").isEmpty();
  }

  boolean matches(JsonNode document) {
    return requirements.stream().allMatch(requirement -> requirement.matches(document));
  }

  private Optional<String> only(String field) {
    return requirements.stream()
        .filter(requirement -> requirement.equal() && requirement.field().equals(field))
        .map(Requirement::value)
        .findFirst();
  }

  private static Requirement requirement(Kind kind, String term, String whole) {
    Matcher parts = TERM.matcher(term);
    if (!parts.matches()) {
      throw Refusals.bad("invalid selector: '" + whole + "'; can't understand '" + term + "'");
    }
    String field = parts.group(1);
    if (!ALWAYS.contains(field)
        && !FURTHER.getOrDefault(kind.resource(), Set.of()).contains(field)) {
      throw Refusals.bad("field label not supported: " + field);
    }
    return new Requirement(field, !parts.group(2).equals("!="), value(parts.group(3), whole));
  }

  private static String value(String escaped, String whole) {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      boolean taken = escaped.charAt(i) == '\\';
      i += taken ? 1 : 0;
      char c = i < escaped.length() ? escaped.charAt(i) : '?';
      if (taken != SPECIAL.indexOf(c) >= 0) {
        throw Refusals.bad(
            "invalid selector: '"
                + whole
                + "'; in '"
                + escaped
                + "' write \\\\ for a backslash, \\= for an equals sign and \\, for a comma");
      }
      value.append(c);
    }
    return value.toString();
  }
}
