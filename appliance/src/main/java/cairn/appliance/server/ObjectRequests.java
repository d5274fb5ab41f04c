package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.DeleteOptions;
import cairn.appliance.resource.ListOptions;
import cairn.appliance.resource.Page;
import cairn.appliance.resource.Patch;
import cairn.appliance.resource.Questions;
import cairn.appliance.resource.Questions.Question;
import cairn.appliance.resource.Removal;
import cairn.appliance.resource.ResourceVerbs;
import cairn.appliance.resource.Scaling;
import cairn.appliance.resource.Target;
import cairn.appliance.resource.WatchOptions;
import cairn.appliance.resource.WriteOptions;
import cairn.appliance.resource.WriteOptions.Form;
import cairn.appliance.resource.Written;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.store.Revision;
import cairn.appliance.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/** Requests on objects: finds the kind and the verb, and asks the verb. */
final class ObjectRequests {

  private static final int SHORTEST_WATCH_SECONDS = 30 * 60;
  private static final int LONGEST_WATCH_SECONDS = 60 * 60;

  private final Kinds kinds;
  private final ResourceVerbs verbs;
  private final KindDocuments documents;
  private final Questions questions;
  private final Reviews reviews;

  ObjectRequests(ApiServer.Parts parts) {
    this.kinds = parts.kinds();
    this.verbs = parts.verbs();
    this.documents = parts.documents();
    this.questions = parts.questions();
    this.reviews = new Reviews(parts.authorizer());
  }

  Answer answer(ObjectPath path, Request request) {
    Kind kind = kind(path);
    requireName(path.name());
    if (!path.subresource().isEmpty()) {
      return part(path, kind, request);
    }
    return path.name().isEmpty() ? collection(path, kind, request) : one(path, kind, request);
  }

  /** Whether the answer stands in memory as the very bytes: one object, as it is. */
  boolean knows(ObjectPath path, Request request) {
    return request.method().equals("GET")
        && !path.name().isEmpty()
        && path.subresource().isEmpty()
        && Representation.plain(request.headers().accept())
        && kinds.find(path.group(), path.version(), path.plural()).stream()
            .anyMatch(Kind::storedAsItIs);
  }

  /** What whoever speaks of the kind is told about its version. */
  List<String> warnings(ObjectPath path) {
    return kinds.find(path.group(), path.version(), path.plural()).stream()
        .map(Kind::deprecation)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** The frames of a watch; also for websockets. */
  FrameSource watch(ObjectPath path, Request request) {
    Kind kind = kind(path);
    if (!path.name().isEmpty()) {
      throw Unknown.path();
    }
    require(kind, "watch");
    // The form is chosen first: an unacceptable one must not leave an open watch behind.
    Rendering rendering = Rendering.ofStream(documents, request);
    Duration lasts = lasts(request);
    WatchOptions options = WatchOptions.read(request.query());
    return new WatchFrames(
        verbs.watch(kind, path.namespace(), options),
        kind,
        rendering,
        options.allowBookmarks(),
        lasts);
  }

  private Kind kind(ObjectPath path) {
    Kind kind = kinds.find(path.group(), path.version(), path.plural()).orElseThrow(Unknown::path);
    boolean wholeCluster = path.namespace().isEmpty();
    if (kind.namespaced() ? wholeCluster && !path.name().isEmpty() : !wholeCluster) {
      throw Unknown.path();
    }
    return kind;
  }

  /** What no object can be called is not looked for. The words are those of Kubernetes 1.33. */
  private static void requireName(String name) {
    List<String> wrong = new ArrayList<>();
    if (name.equals(".") || name.equals("..")) {
      wrong.add("may not be '" + name + "'");
    }
    for (String sign : List.of("/", "%")) {
      if (name.contains(sign)) {
        wrong.add("may not contain '" + sign + "'");
      }
    }
    if (!wrong.isEmpty()) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "Name parameter invalid: \"%s\": %s".formatted(name, String.join(";", wrong)));
    }
  }

  private Answer collection(ObjectPath path, Kind kind, Request request) {
    return switch (request.method()) {
      case "GET" -> {
        if (request.flag("watch")) {
          yield new Answer.Stream(Answer.JSON, watch(path, request));
        }
        require(kind, "list");
        Rendering rendering = Rendering.of(documents, request);
        Page page = verbs.list(kind, path.namespace(), ListOptions.read(request.query()));
        yield new Answer.Whole(200, rendering.contentType(), rendering.list(kind, page));
      }
      case "POST" -> {
        require(kind, "create");
        requireOneNamespace(path, kind);
        yield Reviews.asks(kind) ? review(path, kind, request) : create(path, kind, request);
      }
      case "DELETE" -> {
        require(kind, "deletecollection");
        requireOneNamespace(path, kind);
        List<Stored> deleted =
            verbs.deleteCollection(
                kind,
                path.namespace(),
                ListOptions.read(request.query()),
                DeleteOptions.read(RequestBody.options(request), request.query()));
        Rendering rendering = Rendering.of(documents, request);
        Page page = new Page(newest(deleted), deleted, "", OptionalLong.empty());
        yield new Answer.Whole(200, rendering.contentType(), rendering.list(kind, page));
      }
      default -> throw Unknown.method();
    };
  }

  private Answer create(ObjectPath path, Kind kind, Request request) {
    Rendering rendering = Rendering.of(documents, request);
    return written(
        kind,
        rendering,
        verbs.create(
            kind, path.namespace(), RequestBody.object(request), options(request, Form.CREATE)));
  }

  private Answer review(ObjectPath path, Kind kind, Request request) {
    Question question =
        questions.read(
            kind, RequestBody.object(request), options(request, Form.CREATE).fieldValidation());
    reviews.answer(kind, path.namespace(), request.caller(), question.document());
    return new Answer.Whole(201, Answer.JSON, StatusDocument.bytes(question.document()))
        .warning(question.warnings());
  }

  private Answer one(ObjectPath path, Kind kind, Request request) {
    Rendering rendering = Rendering.of(documents, request);
    Target target = new Target(kind, path.namespace(), path.name());
    return switch (request.method()) {
      case "GET" -> get(path, kind, request, rendering);
      case "PUT" -> {
        require(kind, "update");
        yield written(
            kind,
            rendering,
            verbs.update(target, RequestBody.object(request), options(request, Form.UPDATE)));
      }
      case "PATCH" -> {
        require(kind, "patch");
        yield patched(target, rendering, request);
      }
      case "DELETE" -> {
        require(kind, "delete");
        yield removed(
            kind,
            rendering,
            verbs.delete(
                target, DeleteOptions.read(RequestBody.options(request), request.query())));
      }
      default -> throw Unknown.method();
    };
  }

  private static Target.Part part(ObjectPath path, Kind kind) {
    if (path.subresource().equals("status") && kind.statusSubresource()) {
      return Target.Part.STATUS;
    }
    if (path.subresource().equals("scale") && kind.scale().isPresent()) {
      return Target.Part.SCALE;
    }
    throw Unknown.path();
  }

  private Answer part(ObjectPath path, Kind kind, Request request) {
    Target.Part part = part(path, kind);
    Rendering rendering =
        part == Target.Part.SCALE ? Rendering.plain(documents) : Rendering.of(documents, request);
    Target target = new Target(kind, path.namespace(), path.name(), part);
    return switch (request.method()) {
      case "GET" ->
          part == Target.Part.SCALE
              ? scale(path, kind, request)
              : get(path, kind, request, rendering);
      case "PUT" -> {
        require(kind, "update");
        yield written(
            kind,
            rendering,
            verbs.update(target, RequestBody.object(request), options(request, Form.UPDATE)));
      }
      case "PATCH" -> {
        require(kind, "patch");
        yield patched(target, rendering, request);
      }
      default -> throw Unknown.method();
    };
  }

  private Answer get(ObjectPath path, Kind kind, Request request, Rendering rendering) {
    require(kind, "get");
    Stored stored =
        verbs.get(kind, path.namespace(), path.name(), request.parameter("resourceVersion"));
    return new Answer.Whole(200, rendering.contentType(), rendering.one(kind, stored.document()));
  }

  private Answer scale(ObjectPath path, Kind kind, Request request) {
    require(kind, "get");
    Stored stored =
        verbs.get(kind, path.namespace(), path.name(), request.parameter("resourceVersion"));
    return new Answer.Whole(200, Answer.JSON, Scaling.shown(kind, stored.document()));
  }

  private Answer patched(Target target, Rendering rendering, Request request) {
    Patch patch = RequestBody.patch(request, target.kind());
    Form form = patch.type() == Patch.Type.APPLY ? Form.APPLY : Form.PATCH;
    return written(target.kind(), rendering, verbs.patch(target, patch, options(request, form)));
  }

  private static Answer written(Kind kind, Rendering rendering, Written written) {
    return new Answer.Whole(
            written.created() ? 201 : 200,
            rendering.contentType(),
            rendering.one(kind, written.document()))
        .warning(written.warnings());
  }

  private static Answer removed(Kind kind, Rendering rendering, Removal removal) {
    return switch (removal) {
      case Removal.Held held ->
          new Answer.Whole(200, rendering.contentType(), rendering.one(kind, held.document()));
      case Removal.Gone gone ->
          new Answer.Whole(
              200,
              Answer.JSON,
              StatusDocument.bytes(
                  StatusDocument.deleted(
                      gone.name(),
                      gone.kind().group(),
                      gone.kind().plural(),
                      gone.uid().toString())));
    };
  }

  private static WriteOptions options(Request request, Form form) {
    return WriteOptions.read(form, request.query(), request.headers().userAgent());
  }

  /** All namespaces at once are for looking only. */
  private static void requireOneNamespace(ObjectPath path, Kind kind) {
    if (kind.namespaced() && path.namespace().isEmpty()) {
      throw Unknown.method();
    }
  }

  private static void require(Kind kind, String verb) {
    if (!kind.verbs().contains(verb)) {
      throw Unknown.method();
    }
  }

  private static Revision newest(List<Stored> objects) {
    return objects.stream().map(Stored::revision).max(Revision::compareTo).orElse(new Revision(0));
  }

  /** As asked, else so long that clients which do not reconnect are served, and not all at once. */
  private static Duration lasts(Request request) {
    long asked = ListOptions.timeoutSeconds(request.query()).orElse(0);
    if (asked != 0) {
      return Duration.ofSeconds(Math.clamp(asked, 1, 24 * 60 * 60));
    }
    return Duration.ofSeconds(
        ThreadLocalRandom.current().nextInt(SHORTEST_WATCH_SECONDS, LONGEST_WATCH_SECONDS));
  }
}
