package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.Refusal.Subject;
import cairn.appliance.schema.Kind;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Refusals in Kubernetes' own words; clients and their scripts compare these texts. */
final class Refusals {

  /** Letters of a document that are shown in a sentence. */
  private static final int LONGEST_SHOWN = 4096;

  /** What Kubernetes tells those who know more than it does. */
  private static final int RETRY_SECONDS = 1;

  private Refusals() {}

  static Refusal notFound(Kind kind, String name) {
    return new Refusal(
        Reason.NOT_FOUND, named(kind, name) + " not found", subject(kind, name), List.of());
  }

  static Refusal namespaceNotFound(String namespace) {
    return new Refusal(
        Reason.NOT_FOUND,
        "namespaces \"" + namespace + "\" not found",
        new Subject("", "namespaces", namespace),
        List.of());
  }

  static Refusal namespaceTerminating(Kind kind, String namespace, String name) {
    return new Refusal(
        Reason.FORBIDDEN,
        named(kind, name)
            + " is forbidden: unable to create new content in namespace "
            + namespace
            + " because it is being terminated",
        subject(kind, name),
        List.of(
            new FieldError(
                "metadata.namespace",
                FieldError.Cause.NAMESPACE_TERMINATING,
                "namespace " + namespace + " is being terminated")));
  }

  static Refusal forbidden(Kind kind, String name, String why) {
    return new Refusal(
        Reason.FORBIDDEN,
        named(kind, name) + " is forbidden: " + why,
        subject(kind, name),
        List.of());
  }

  static Refusal alreadyExists(Kind kind, String name) {
    return new Refusal(
        Reason.ALREADY_EXISTS,
        named(kind, name) + " already exists",
        subject(kind, name),
        List.of());
  }

  static Refusal conflict(Kind kind, String name, String why) {
    return new Refusal(
        Reason.CONFLICT,
        "Operation cannot be fulfilled on " + named(kind, name) + ": " + why,
        subject(kind, name),
        List.of());
  }

  static Refusal modified(Kind kind, String name) {
    return conflict(
        kind,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  /** All errors in one sentence, as Kubernetes aggregates them. */
  static Refusal invalid(Kind kind, String name, List<FieldError> errors) {
    String group = kind.group().isEmpty() ? "" : "." + kind.group();
    return new Refusal(
        Reason.INVALID,
        kind.kind() + group + " \"" + name + "\" is invalid: " + all(errors),
        new Subject(kind.group(), kind.kind(), name),
        errors);
  }

  /** The same for the options of a request. */
  static Refusal invalidOptions(String kind, List<FieldError> errors) {
    return new Refusal(
        Reason.INVALID,
        kind + ".meta.k8s.io \"\" is invalid: " + all(errors),
        new Subject("meta.k8s.io", kind, ""),
        errors);
  }

  private static String all(List<FieldError> errors) {
    String all =
        errors.stream()
            .map(error -> error.path() + ": " + error.message())
            .collect(Collectors.joining(", "));
    return errors.size() == 1 ? all : "[" + all + "]";
  }

  static Refusal undecodable(Kind kind, String why) {
    return new Refusal(
        Reason.BAD_REQUEST,
        kind.kind()
            + " in version \""
            + kind.version()
            + "\" cannot be handled as a "
            + kind.kind()
            + ": "
            + why);
  }

  /** Of a patch; Kubernetes shows all that it would make of the object. */
  static Refusal unfitPatch(JsonNode patched, String why) {
    String shown = patched.toString();
    String message =
        "Invalid value: "
            + StringNode.valueOf(
                shown.length() > LONGEST_SHOWN ? shown.substring(0, LONGEST_SHOWN) + "..." : shown)
            + ": "
            + why;
    return new Refusal(
        Reason.INVALID,
        " \"\" is invalid: patch: " + message,
        Subject.NONE,
        List.of(new FieldError("patch", FieldError.Cause.INVALID, message)));
  }

  static Refusal bad(String why) {
    return new Refusal(Reason.BAD_REQUEST, why);
  }

  static Refusal expired(String why) {
    return new Refusal(Reason.EXPIRED, why);
  }

  static Refusal tooLarge(long asked, long current) {
    String message = "Too large resource version";
    return new Refusal(
        Reason.TIMEOUT,
        message + ": " + asked + ", current: " + current,
        Subject.NONE,
        List.of(new FieldError("", FieldError.Cause.RESOURCE_VERSION_TOO_LARGE, message)),
        RETRY_SECONDS);
  }

  static Refusal forbiddenOption(String field, String why) {
    return invalidOptions(
        "ListOptions",
        List.of(new FieldError(field, FieldError.Cause.FORBIDDEN, "Forbidden: " + why)));
  }

  static Refusal unsupportedMediaType(List<String> accepted) {
    return new Refusal(
        Reason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", accepted));
  }

  static Refusal storeFull(Kind kind, String name, String why) {
    return new Refusal(
        Reason.SERVICE_UNAVAILABLE,
        named(kind, name) + " was not written: " + why + "; reading goes on",
        subject(kind, name),
        List.of());
  }

  private static Subject subject(Kind kind, String name) {
    return new Subject(kind.group(), kind.plural(), name);
  }

  private static String named(Kind kind, String name) {
    return kind.resource() + " \"" + name + "\"";
  }
}
