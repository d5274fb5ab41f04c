package cairn.appliance.operation;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Admission;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
              "\"%s\": this version knows Start, Stop and Restart"
                  .formatted(now.path("spec").path("type").asString(""))));
      return new Verdict(errors, List.of());
    }
    String machine = now.path("spec").path("virtualMachineName").asString("");
    String namespace = now.path("metadata").path("namespace").asString("");
    for (Resource other :
        review.others().list(new Selection(ResourceNames.OPERATIONS, namespace, ""))) {
      boolean open =
          OperationType.about(other, machine) && !OperationType.finished(other.document());
      Optional<OperationType> running = OperationType.read(other.document());
      if (open
          && running.isPresent()
          && !Applicability.superseded(
              running.get(),
              OperationType.forced(other.document()),
              type.get(),
              OperationType.forced(now))) {
        errors.add(
            new FieldError(
                "spec.virtualMachineName",
                Cause.FORBIDDEN,
                "operation \"%s\" (%s) on machine \"%s\" is not finished; wait for it%s, or delete it"
                    .formatted(
                        other.name(),
                        running.get().word(),
                        machine,
                        Applicability.successors(
                            running.get(), OperationType.forced(other.document())))));
      }
    }
    return new Verdict(errors, List.of());
  }
}
