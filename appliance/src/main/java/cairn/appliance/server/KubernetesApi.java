package cairn.appliance.server;

import cairn.appliance.access.Attempt;
import cairn.appliance.access.Authorizer;
import cairn.appliance.access.Caller;
import cairn.appliance.access.Verdict;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.store.StoreUnusable;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole API without a network: who may come in, which part answers, and that every failure is a
 * {@code Status}.
 */
final class KubernetesApi implements Api, Upgrades {

  private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);

  private final Authorizer authorizer;
  private final FixedPaths fixed;
  private final ObjectRequests objects;
  private final UploadPath uploads;
  private final List<StreamEndpoint> streams;

  KubernetesApi(ApiServer.Parts parts) {
    this.authorizer = parts.authorizer();
    this.fixed = new FixedPaths(parts);
    this.objects = new ObjectRequests(parts);
    this.uploads = new UploadPath(parts.uploads());
    this.streams = parts.streams();
  }

  @Override
  public Answer answer(Request request) {
    Answer answer = YamlAnswers.of(attempt(request), request.headers().accept());
    return ObjectPath.parse(request.path())
        .map(objects::warnings)
        .map(answer::warning)
        .orElse(answer);
  }

  @Override
  public Optional<Answer> atOnce(Request request) {
    return ObjectPath.parse(request.path())
        .filter(path -> objects.knows(path, request))
        .map(_ -> answer(request));
  }

  @Override
  public Optional<Intake> intake(Request request) {
    return uploads.intake(request);
  }

  private Answer attempt(Request request) {
    try {
      admit(request);
      return route(request);
    } catch (Refusal refusal) {
      return StatusDocument.of(refusal);
    } catch (StoreUnusable e) {
      LOG.error("{} /{}: {}", request.method(), String.join("/", request.path()), e.getMessage());
      return StatusDocument.of(
          new Refusal(Reason.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.error("{} /{}: {}", request.method(), String.join("/", request.path()), e, e);
      return StatusDocument.of(
          new Refusal(Reason.INTERNAL_ERROR, "Internal error occurred: " + e.getMessage()));
    }
  }

  @Override
  public Upgraded accept(Request request) {
    admit(request);
    ObjectPath path = ObjectPath.parse(request.path()).orElseThrow(Unknown::path);
    Optional<StreamEndpoint> stream = stream(path);
    if (stream.isPresent()) {
      StreamEndpoint endpoint = stream.get();
      StreamEndpoint.Call call = call(path, request);
      return new Upgraded.Bytes(() -> endpoint.open(call));
    }
    if (!path.subresource().isEmpty() || !request.flag("watch")) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "only a watch or a stream can be upgraded to a websocket; add watch=true to the query");
    }
    return new Upgraded.Events(events(path, request));
  }

  /**
   * That a version is forgotten is told inside of the stream: who is refused the handshake with 410
   * asks for the same version again and again (fabric8's informers), and lists anew when an event
   * says it.
   */
  private FrameSource events(ObjectPath path, Request request) {
    try {
      return objects.watch(path, request);
    } catch (Refusal refusal) {
      if (refusal.reason() == Reason.EXPIRED) {
        return WatchFrames.only(refusal);
      }
      throw refusal;
    }
  }

  private Answer route(Request request) {
    Optional<Answer> known = fixed.answer(request);
    if (known.isPresent()) {
      return known.get();
    }
    ObjectPath path = ObjectPath.parse(request.path()).orElseThrow(Unknown::path);
    Optional<StreamEndpoint> stream = stream(path);
    if (stream.isPresent()) {
      return plain(stream.get(), path, request);
    }
    return objects.answer(path, request);
  }

  /** A request to a stream without an upgrade: only the question who holds it. */
  private static Answer plain(StreamEndpoint stream, ObjectPath path, Request request) {
    if (!request.flag("probe") || !request.method().equals("GET")) {
      throw new Refusal(Reason.BAD_REQUEST, "Upgrade request required");
    }
    return new Answer.Whole(200, Answer.JSON, stream.probe(call(path, request)));
  }

  private Optional<StreamEndpoint> stream(ObjectPath path) {
    return streams.stream()
        .filter(stream ->
            !path.name().isEmpty()
                && stream.group().equals(path.group())
                && stream.version().equals(path.version())
                && stream.plural().equals(path.plural())
                && stream.subresource().equals(path.subresource()))
        .findFirst();
  }

  private static StreamEndpoint.Call call(ObjectPath path, Request request) {
    return new StreamEndpoint.Call(
        path.namespace(),
        path.name(),
        request.query(),
        request.caller(),
        request.headers().userAgent());
  }

  private void admit(Request request) {
    if (FixedPaths.open(request.path())) {
      return;
    }
    Caller caller = request.caller();
    if (caller.anonymous()) {
      throw new Refusal(Reason.UNAUTHORIZED, "Unauthorized");
    }
    Attempt attempt = Attempts.of(request);
    Verdict verdict = authorizer.decide(caller, attempt);
    if (!verdict.allowed()) {
      throw Attempts.refused(request, attempt, verdict);
    }
  }
}
