package cairn.appliance.server;

import cairn.appliance.access.Attempt;
import cairn.appliance.access.Attempt.OnPath;
import cairn.appliance.access.Attempt.OnResource;
import cairn.appliance.access.Verdict;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.Refusal.Subject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads from a request what it attempts, in the words of Kubernetes' authorization. */
final class Attempts {

  private Attempts() {}

  static Attempt of(Request request) {
    Optional<ObjectPath> path =
        ObjectPath.parse(request.path()).filter(found -> !found.plural().isEmpty());
    return path.isPresent()
        ? onResource(path.get(), request)
        : new OnPath(
            request.method().toLowerCase(Locale.ROOT), "/" + String.join("/", request.path()));
  }

  static Refusal refused(Request request, Attempt attempt, Verdict verdict) {
    String who = "User \"" + request.caller().name() + "\" cannot " + attempt.verb();
    return switch (attempt) {
      case OnPath(String verb, String path) ->
          new Refusal(
              Reason.FORBIDDEN,
              "forbidden: " + who + " path \"" + path + "\": " + verdict.reason());
      case OnResource on -> refused(on, who, verdict.reason());
    };
  }

  private static Refusal refused(OnResource on, String who, String why) {
    String resource = on.resource() + (on.subresource().isEmpty() ? "" : "/" + on.subresource());
    String where =
        on.namespace().isEmpty()
            ? " at the cluster scope"
            : " in the namespace \"" + on.namespace() + "\"";
    return new Refusal(
        Reason.FORBIDDEN,
        on.resource()
            + (on.group().isEmpty() ? "" : "." + on.group())
            + (on.name().isEmpty() ? "" : " \"" + on.name() + "\"")
            + " is forbidden: "
            + who
            + " resource \""
            + resource
            + "\" in API group \""
            + on.group()
            + "\""
            + where
            + ": "
            + why,
        new Subject(on.group(), on.resource(), on.name()),
        List.of());
  }

  private static OnResource onResource(ObjectPath path, Request request) {
    return new OnResource(
        verb(path, request),
        path.group(),
        path.version(),
        path.plural(),
        path.subresource(),
        path.namespace(),
        path.name());
  }

  private static String verb(ObjectPath path, Request request) {
    boolean collection = path.name().isEmpty();
    return switch (request.method()) {
      case "GET", "HEAD" -> reading(collection, request);
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> collection ? "deletecollection" : "delete";
      default -> request.method().toLowerCase(Locale.ROOT);
    };
  }

  private static String reading(boolean collection, Request request) {
    if (!collection) {
      return "get";
    }
    return request.flag("watch") ? "watch" : "list";
  }
}
