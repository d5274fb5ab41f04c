package cairn.appliance.placement;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Whether wishes about placement are well formed, by the rules that pods are held to. Every error
 * names the field and the value.
 */
public final class PlacementSyntax {

  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
  private static final int LONGEST_NAME = 63;
  private static final int LONGEST_PREFIX = 253;
  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern PREFIX =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private final List<FieldError> errors = new ArrayList<>();

  private PlacementSyntax() {}

  /** What is wrong with {@code spec} of a machine. */
  public static List<FieldError> ofMachine(JsonNode spec) {
    PlacementSyntax syntax = new PlacementSyntax();
    syntax.labels(spec.path("nodeSelector"), "spec.nodeSelector");
    syntax.tolerations(spec.path("tolerations"), "spec.tolerations");
    syntax.affinity(spec.path("affinity"), "spec.affinity");
    syntax.spread(spec.path("topologySpreadConstraints"), "spec.topologySpreadConstraints");
    return syntax.errors;
  }

  /** What is wrong with {@code spec} of a class: labels it selects by are as free as on DVP. */
  public static List<FieldError> ofClass(JsonNode spec) {
    PlacementSyntax syntax = new PlacementSyntax();
    syntax.expressions(
        spec.path("nodeSelector").path("matchExpressions"),
        "spec.nodeSelector.matchExpressions",
        false);
    syntax.tolerations(spec.path("tolerations"), "spec.tolerations");
    syntax.expressions(
        spec.path("cpu").path("discovery").path("nodeSelector").path("matchExpressions"),
        "spec.cpu.discovery.nodeSelector.matchExpressions",
        false);
    return syntax.errors;
  }

  private void tolerations(JsonNode tolerations, String path) {
    for (int at = 0; at < tolerations.size(); at++) {
      JsonNode each = tolerations.path(at);
      String here = path + "[" + at + "]";
      String key = each.path("key").asString("");
      String operator = each.path("operator").asString("");
      String effect = each.path("effect").asString("");
      if (!key.isEmpty()) {
        key(key, here + ".key");
      } else if (!operator.equals("Exists")) {
        wrong(here + ".operator", "operator must be Exists when key is empty");
      }
      switch (operator) {
        case "", "Equal" -> value(each.path("value").asString(""), here + ".value");
        case "Exists" -> {
          if (!each.path("value").asString("").isEmpty()) {
            wrong(
                here + ".value",
                quoted(each.path("value")) + ": value must be empty when operator is Exists");
          }
        }
        default -> unsupported(here + ".operator", operator, "Equal, Exists");
      }
      if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
        unsupported(here + ".effect", effect, "NoSchedule, PreferNoSchedule, NoExecute");
      }
      if (each.has("tolerationSeconds") && !effect.equals("NoExecute")) {
        wrong(here + ".effect", "effect must be NoExecute when tolerationSeconds is set");
      }
    }
  }

  private void affinity(JsonNode affinity, String path) {
    JsonNode nodes = affinity.path("nodeAffinity");
    String at = path + ".nodeAffinity.";
    if (nodes.path(REQUIRED).isObject()) {
      JsonNode terms = nodes.path(REQUIRED).path("nodeSelectorTerms");
      String here = at + REQUIRED + ".nodeSelectorTerms";
      if (terms.isEmpty()) {
        errors.add(
            new FieldError(here, Cause.REQUIRED, "must have at least one node selector term"));
      }
      for (int term = 0; term < terms.size(); term++) {
        nodeTerm(terms.path(term), here + "[" + term + "]");
      }
    }
    JsonNode wishes = nodes.path(PREFERRED);
    for (int wish = 0; wish < wishes.size(); wish++) {
      String here = at + PREFERRED + "[" + wish + "]";
      weight(wishes.path(wish), here);
      nodeTerm(wishes.path(wish).path("preference"), here + ".preference");
    }
    for (String kind :
        List.of("virtualMachineAndPodAffinity", "virtualMachineAndPodAntiAffinity")) {
      neighbours(affinity.path(kind), path + "." + kind);
    }
  }

  private void neighbours(JsonNode affinity, String path) {
    JsonNode terms = affinity.path(REQUIRED);
    for (int at = 0; at < terms.size(); at++) {
      neighbourTerm(terms.path(at), path + "." + REQUIRED + "[" + at + "]");
    }
    JsonNode wishes = affinity.path(PREFERRED);
    for (int at = 0; at < wishes.size(); at++) {
      String here = path + "." + PREFERRED + "[" + at + "]";
      weight(wishes.path(at), here);
      neighbourTerm(
          wishes.path(at).path("virtualMachineAndPodAffinityTerm"),
          here + ".virtualMachineAndPodAffinityTerm");
    }
  }

  private void neighbourTerm(JsonNode term, String path) {
    topologyKey(term, path);
    selector(term.path("labelSelector"), path + ".labelSelector");
    selector(term.path("namespaceSelector"), path + ".namespaceSelector");
    JsonNode names = term.path("namespaces");
    for (int at = 0; at < names.size(); at++) {
      String name = names.path(at).asString("");
      if (name.length() > LONGEST_NAME || name.contains(".") || !PREFIX.matcher(name).matches()) {
        wrong(path + ".namespaces[" + at + "]", "\"" + name + "\" is no name of a namespace");
      }
    }
    for (String list : List.of("matchLabelKeys", "mismatchLabelKeys")) {
      JsonNode keys = term.path(list);
      if (!keys.isEmpty() && !term.path("labelSelector").isObject()) {
        wrong(path + "." + list, "must not be specified when labelSelector is not set");
      }
      for (int at = 0; at < keys.size(); at++) {
        key(keys.path(at).asString(""), path + "." + list + "[" + at + "]");
      }
    }
  }

  private void spread(JsonNode constraints, String path) {
    Set<String> seen = new HashSet<>();
    for (int at = 0; at < constraints.size(); at++) {
      JsonNode each = constraints.path(at);
      String here = path + "[" + at + "]";
      if (each.path("maxSkew").asLong(0) < 1) {
        wrong(here + ".maxSkew", each.path("maxSkew") + ": must be greater than zero");
      }
      topologyKey(each, here);
      String otherwise = each.path("whenUnsatisfiable").asString("");
      if (!otherwise.equals("DoNotSchedule") && !otherwise.equals("ScheduleAnyway")) {
        unsupported(here + ".whenUnsatisfiable", otherwise, "DoNotSchedule, ScheduleAnyway");
      }
      if (!seen.add(each.path("topologyKey").asString("") + "|" + otherwise)) {
        errors.add(
            new FieldError(
                here,
                Cause.DUPLICATE,
                "{%s, %s} stands here twice"
                    .formatted(each.path("topologyKey").asString(""), otherwise)));
      }
      selector(each.path("labelSelector"), here + ".labelSelector");
    }
  }

  private void topologyKey(JsonNode term, String path) {
    String key = term.path("topologyKey").asString("");
    if (key.isEmpty()) {
      errors.add(new FieldError(path + ".topologyKey", Cause.REQUIRED, "can not be empty"));
    } else {
      key(key, path + ".topologyKey");
    }
  }

  private void weight(JsonNode wish, String path) {
    long weight = wish.path("weight").asLong(0);
    if (weight < 1 || weight > 100) {
      wrong(path + ".weight", weight + ": must be in the range 1-100");
    }
  }

  private void nodeTerm(JsonNode term, String path) {
    expressions(term.path("matchExpressions"), path + ".matchExpressions", true);
    JsonNode fields = term.path("matchFields");
    for (int at = 0; at < fields.size(); at++) {
      JsonNode each = fields.path(at);
      String here = path + ".matchFields[" + at + "]";
      String operator = each.path("operator").asString("");
      if (!operator.equals("In") && !operator.equals("NotIn")) {
        unsupported(here + ".operator", operator, "In, NotIn");
      } else if (each.path("values").size() != 1) {
        errors.add(
            new FieldError(
                here + ".values",
                Cause.REQUIRED,
                "must be only one value when operator is In or NotIn for node field selector"));
      }
      if (!each.path("key").asString("").equals("metadata.name")) {
        wrong(here + ".key", quoted(each.path("key")) + " is no field of a node: metadata.name is");
      }
    }
  }

  private void selector(JsonNode selector, String path) {
    labels(selector.path("matchLabels"), path + ".matchLabels");
    expressions(selector.path("matchExpressions"), path + ".matchExpressions", false);
  }

  private void labels(JsonNode labels, String path) {
    for (var label : labels.properties()) {
      key(label.getKey(), path);
      value(label.getValue().asString(""), path + "[" + label.getKey() + "]");
    }
  }

  private void expressions(JsonNode expressions, String path, boolean ofNodes) {
    for (int at = 0; at < expressions.size(); at++) {
      JsonNode each = expressions.path(at);
      String here = path + "[" + at + "]";
      key(each.path("key").asString(""), here + ".key");
      JsonNode values = each.path("values");
      String word = each.path("operator").asString("");
      Optional<Requirement.Operator> operator =
          Requirement.Operator.named(word)
              .filter(known ->
                  ofNodes
                      || (known != Requirement.Operator.GT && known != Requirement.Operator.LT));
      if (operator.isEmpty()) {
        unsupported(
            here + ".operator",
            word,
            ofNodes
                ? "In, NotIn, Exists, DoesNotExist, Gt, Lt"
                : "In, NotIn, Exists, DoesNotExist");
        continue;
      }
      values(operator.get(), values, here + ".values");
    }
  }

  private void values(Requirement.Operator operator, JsonNode values, String path) {
    switch (operator) {
      case IN, NOT_IN -> {
        if (values.isEmpty()) {
          errors.add(
              new FieldError(
                  path, Cause.REQUIRED, "must be specified when operator is In or NotIn"));
        }
      }
      case EXISTS, DOES_NOT_EXIST -> {
        if (!values.isEmpty()) {
          errors.add(
              new FieldError(
                  path,
                  Cause.FORBIDDEN,
                  "may not be specified when operator is Exists or DoesNotExist"));
        }
      }
      case GT, LT -> {
        if (values.size() != 1) {
          errors.add(
              new FieldError(
                  path,
                  Cause.REQUIRED,
                  "must be specified single value when operator is Gt or Lt"));
        } else if (Requirement.number(values.path(0).asString("")).isEmpty()) {
          wrong(path + "[0]", quoted(values.path(0)) + ": must be a whole number");
        }
      }
    }
    for (int at = 0; at < values.size(); at++) {
      value(values.path(at).asString(""), path + "[" + at + "]");
    }
  }

  private void key(String key, String path) {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? "" : key.substring(0, slash);
    String name = key.substring(slash + 1);
    boolean fine =
        name.length() <= LONGEST_NAME
            && NAME.matcher(name).matches()
            && (slash < 0
                || (prefix.length() <= LONGEST_PREFIX && PREFIX.matcher(prefix).matches()));
    if (!fine) {
      wrong(path, "\"" + key + "\" is no key of a label");
    }
  }

  private void value(String value, String path) {
    if (!value.isEmpty() && (value.length() > LONGEST_NAME || !NAME.matcher(value).matches())) {
      wrong(
          path,
          "\"%s\" is no value of a label: at most 63 letters, digits, '-', '_' and '.'"
              .formatted(value));
    }
  }

  private static String quoted(JsonNode text) {
    return "\"" + text.asString("") + "\"";
  }

  private void wrong(String path, String why) {
    errors.add(new FieldError(path, Cause.INVALID, why));
  }

  private void unsupported(String path, String value, String supported) {
    errors.add(
        new FieldError(
            path, Cause.NOT_SUPPORTED, "\"%s\": supported values: %s".formatted(value, supported)));
  }
}
