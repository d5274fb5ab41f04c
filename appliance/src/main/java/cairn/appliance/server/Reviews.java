package cairn.appliance.server;

import cairn.appliance.access.Attempt;
import cairn.appliance.access.Authorizer;
import cairn.appliance.access.Authorizer.Rule;
import cairn.appliance.access.Caller;
import cairn.appliance.access.Verdict;
import cairn.appliance.api.FieldError;
import cairn.appliance.resource.Questions;
import cairn.appliance.schema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers questions about access: who am I, may I, what may I, may they. From the same {@link
 * Authorizer} that admits every request, so that an answer is the truth.
 */
final class Reviews {

  private static final String AUTHORIZATION = "authorization.k8s.io";
  private static final String AUTHENTICATION = "authentication.k8s.io";

  private final Authorizer authorizer;

  Reviews(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Whether documents of the kind are questions rather than objects. */
  static boolean asks(Kind kind) {
    return kind.group().equals(AUTHORIZATION) || kind.group().equals(AUTHENTICATION);
  }

  /** Adds the answer to the question. */
  void answer(Kind kind, String namespace, Caller caller, ObjectNode question) {
    question.withObject("/metadata").putNull("creationTimestamp");
    ObjectNode spec = question.withObject("/spec");
    ObjectNode status = question.putObject("status");
    switch (kind.kind()) {
      case "SelfSubjectReview" -> {
        question.remove("spec");
        user(caller, status.putObject("userInfo"));
      }
      case "SelfSubjectAccessReview" -> verdict(caller, attempt(kind, spec), status);
      case "SubjectAccessReview" -> verdict(subject(kind, spec), attempt(kind, spec), status);
      case "LocalSubjectAccessReview" -> {
        sameNamespace(kind, namespace, spec);
        verdict(subject(kind, spec), attempt(kind, spec), status);
      }
      case "SelfSubjectRulesReview" -> rules(caller, spec.path("namespace").asString(""), status);
      default -> throw new IllegalStateException("nobody answers " + kind.kind());
    }
  }

  private void verdict(Caller caller, Attempt attempt, ObjectNode status) {
    Verdict verdict = authorizer.decide(caller, attempt);
    status.put("allowed", verdict.allowed());
    if (!verdict.reason().isEmpty()) {
      status.put("reason", verdict.reason());
    }
  }

  private void rules(Caller caller, String namespace, ObjectNode status) {
    ArrayNode resources = status.putArray("resourceRules");
    ArrayNode paths = status.putArray("nonResourceRules");
    for (Rule rule : authorizer.rules(caller, namespace)) {
      if (!rule.resources().isEmpty()) {
        ObjectNode allowed = resources.addObject();
        rule.verbs().forEach(allowed.putArray("verbs")::add);
        rule.groups().forEach(allowed.putArray("apiGroups")::add);
        rule.resources().forEach(allowed.putArray("resources")::add);
      }
      if (!rule.paths().isEmpty()) {
        ObjectNode allowed = paths.addObject();
        rule.verbs().forEach(allowed.putArray("verbs")::add);
        rule.paths().forEach(allowed.putArray("nonResourceURLs")::add);
      }
    }
    status.put("incomplete", false);
  }

  private static void user(Caller caller, ObjectNode into) {
    into.put("username", caller.name());
    caller.groups().forEach(into.putArray("groups")::add);
  }

  private static Attempt attempt(Kind kind, ObjectNode spec) {
    Optional<JsonNode> resource = spec.optional("resourceAttributes");
    Optional<JsonNode> path = spec.optional("nonResourceAttributes");
    if (resource.isPresent() == path.isPresent()) {
      throw Questions.invalid(
          kind,
          new FieldError(
              "spec.resourceAttributes",
              FieldError.Cause.INVALID,
              "Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be"
                  + " specified"));
    }
    return resource.isPresent()
        ? onResource(resource.get())
        : new Attempt.OnPath(text(path.get(), "verb"), text(path.get(), "path"));
  }

  private static Attempt onResource(JsonNode attributes) {
    return new Attempt.OnResource(
        text(attributes, "verb"),
        text(attributes, "group"),
        text(attributes, "version"),
        text(attributes, "resource"),
        text(attributes, "subresource"),
        text(attributes, "namespace"),
        text(attributes, "name"));
  }

  private static Caller subject(Kind kind, ObjectNode spec) {
    List<String> groups = new ArrayList<>();
    spec.path("groups").forEach(group -> groups.add(group.asString("")));
    String user = text(spec, "user");
    if (user.isEmpty() && groups.isEmpty()) {
      throw Questions.invalid(
          kind,
          new FieldError(
              "spec.user",
              FieldError.Cause.INVALID,
              "Invalid value: \"\": at least one of user or group must be specified"));
    }
    return new Caller(user, groups);
  }

  private static void sameNamespace(Kind kind, String namespace, ObjectNode spec) {
    String asked = text(spec.path("resourceAttributes"), "namespace");
    if (!asked.equals(namespace)) {
      throw Questions.invalid(
          kind,
          new FieldError(
              "spec.resourceAttributes.namespace",
              FieldError.Cause.INVALID,
              "Invalid value: \"" + asked + "\": must match metadata.namespace"));
    }
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asString("");
  }
}
