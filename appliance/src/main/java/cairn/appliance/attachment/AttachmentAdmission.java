package cairn.appliance.attachment;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Capacity;
import cairn.appliance.resource.Admission;
import cairn.appliance.store.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which attachments are taken: of a device that is free, to a machine that has a place for it. The
 * machine and the device need not exist yet. Nothing of one can be changed afterwards.
 */
public final class AttachmentAdmission implements Admission {

  /** Two attachments in a namespace that come at once must see each other. */
  @Override
  public Optional<String> oneAtATime(ObjectNode document) {
    return Optional.of(document.path("metadata").path("namespace").asString(""));
  }

  @Override
  public Verdict validate(Review review) {
    if (review.old().isPresent()) {
      return review.specChanged() ? unchangeable() : Verdict.FINE;
    }
    List<FieldError> errors = new ArrayList<>();
    JsonNode ref = review.now().path("spec").path("blockDeviceRef");
    for (String field : List.of("kind", "name")) {
      if (ref.path(field).asString("").isEmpty()) {
        errors.add(
            new FieldError("spec.blockDeviceRef." + field, Cause.REQUIRED, "Required value"));
      }
    }
    JsonNode metadata = review.now().path("metadata");
    Key key =
        new Key(
            ResourceNames.ATTACHMENTS,
            metadata.path("namespace").asString(""),
            metadata.path("name").asString(""));
    Attachment attachment = Attachment.of(key, withoutAge(review.now()));
    attachment.device().ifPresent(device -> judge(review, attachment, device, errors));
    return new Verdict(errors, List.of());
  }

  private static Verdict unchangeable() {
    return new Verdict(
        List.of(
            new FieldError(
                "spec",
                Cause.FORBIDDEN,
                "an attachment cannot be changed; delete it and make another")),
        List.of());
  }

  private static void judge(
      Review review, Attachment attachment, BlockDeviceRef device, List<FieldError> errors) {
    String namespace = attachment.key().namespace();
    JsonNode machine =
        review
            .others()
            .get(new Key(ResourceNames.MACHINES, namespace, attachment.machine()))
            .<JsonNode>map(found -> found.document())
            .orElse(JsonNodeFactory.instance.missingNode());
    Conflict.of(
            attachment, device, Attachment.ofDevice(namespace, device, review.others()), machine)
        .map(why -> new FieldError("spec.blockDeviceRef", Cause.FORBIDDEN, why))
        .ifPresent(errors::add);
    int taken =
        Capacity.taken(
            attachment,
            machine,
            Attachment.toMachine(namespace, attachment.machine(), review.others()));
    if (taken >= Capacity.MOST) {
      errors.add(
          new FieldError(
              "spec.virtualMachineName",
              Cause.FORBIDDEN,
              "machine \"%s\" has %d devices with those attached to it, at most %d are allowed"
                  .formatted(attachment.machine(), taken, Capacity.MOST)));
    }
    JsonNode spec = machine.path("spec");
    if (spec.path("osType").asString("").equals("Legacy")
        && !spec.path("enableParavirtualization").asBoolean(true)) {
      errors.add(
          new FieldError(
              "spec.virtualMachineName",
              Cause.FORBIDDEN,
              "machine \"%s\" is of osType Legacy without paravirtualization: nothing can be attached to it while it runs; name the device in its spec.blockDeviceRefs"
                  .formatted(attachment.machine())));
    }
  }

  /** What a client writes as the time of creation is no age. */
  private static ObjectNode withoutAge(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("creationTimestamp");
    }
    return copy;
  }
}
