package cairn.appliance.operation;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Admission;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Which operations are taken: of this version, and one unfinished per machine. */
public final class OperationAdmission implements Admission {

  /** Two operations on one machine that come at once must see each other. */
  @Override
  public Optional<String> oneAtATime(ObjectNode document) {
    return Optional.of(
        document.path("metadata").path("namespace").asString("")
            + "/"
            + document.path("spec").path("virtualMachineName").asString(""));
  }

  @Override
  public Verdict validate(Review review) {
    if (review.old().isPresent()) {
      return Verdict.FINE;
    }
    List<FieldError> errors = new ArrayList<>();
    ObjectNode now = review.now();
    Optional<OperationType> type = OperationType.read(now);
    if (type.isEmpty()) {
      errors.add(
          new FieldError(
              "spec.type",
              Cause.NOT_SUPPORTED,
              "\"%s\": it needs snapshots, which this version does not make; it knows Start, Stop, Restart, Migrate and Evict"
                  .formatted(now.path("spec").path("type").asString(""))));
      return new Verdict(errors, List.of());
    }
    if (!now.path("spec").path("migrate").path("nodeSelector").isEmpty()) {
      errors.add(
          new FieldError(
              "spec.migrate.nodeSelector",
              Cause.FORBIDDEN,
              "choosing the node of a migration is not available; leave it out"));
    }
    open(review)
        .filter(other -> !makesWay(other, type.get(), OperationType.forced(now)))
        .map(other -> unfinished(other, now))
        .forEach(errors::add);
    return new Verdict(errors, List.of());
  }

  /** Operations on the same machine that are not done; one that is only still shown is. */
  private static Stream<Resource> open(Review review) {
    String machine = review.now().path("spec").path("virtualMachineName").asString("");
    String namespace = review.now().path("metadata").path("namespace").asString("");
    Optional<Resource> found =
        review.others().get(new Key(ResourceNames.MACHINES, namespace, machine));
    return review.others().list(new Selection(ResourceNames.OPERATIONS, namespace, "")).stream()
        .filter(other -> OperationType.about(other, machine))
        .filter(other -> !OperationType.finished(other.document()))
        .filter(other -> OperationType.read(other.document()).isPresent())
        .filter(
            other -> found.filter(it -> Completion.reached(other, running(other), it)).isEmpty());
  }

  private static OperationType running(Resource operation) {
    return OperationType.read(operation.document()).orElseThrow();
  }

  private static boolean makesWay(Resource other, OperationType type, boolean force) {
    return Applicability.superseded(
        running(other), OperationType.forced(other.document()), type, force);
  }

  private static FieldError unfinished(Resource other, ObjectNode now) {
    return new FieldError(
        "spec.virtualMachineName",
        Cause.FORBIDDEN,
        "operation \"%s\" (%s) on machine \"%s\" is not finished; wait for it%s, or delete it"
            .formatted(
                other.name(),
                running(other).word(),
                now.path("spec").path("virtualMachineName").asString(""),
                Applicability.successors(running(other), OperationType.forced(other.document()))));
  }
}
