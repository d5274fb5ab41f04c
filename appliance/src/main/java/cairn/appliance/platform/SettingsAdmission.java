package cairn.appliance.platform;

import cairn.appliance.address.AddressPools;
import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What may be set: this version has one Main network, whose range is fixed at the first start. */
public final class SettingsAdmission implements Admission {

  @Override
  public Verdict validate(Review review) {
    if (!review.specChanged()) {
      return Verdict.FINE;
    }
    String path = "spec.settings.virtualMachineCIDRs";
    AddressPools now = AddressPools.read(review.now());
    if (review.old().isPresent() && !AddressPools.read(review.old().get()).equals(now)) {
      return refused(
          path,
          "the pool of a running node cannot be changed in this version: it stays %s"
              .formatted(AddressPools.read(review.old().get())));
    }
    boolean single = now.ranges().size() == 1;
    return single
        ? Verdict.FINE
        : refused(path, "this version needs exactly one range, as in 10.66.10.0/24");
  }

  @Override
  public Optional<String> undeletable(ObjectNode document) {
    return document.path("metadata").path("name").asString("").equals("virtualization")
        ? Optional.of("the node's settings may not be deleted; change spec.settings instead")
        : Optional.empty();
  }

  private static Verdict refused(String path, String message) {
    return new Verdict(List.of(new FieldError(path, Cause.INVALID, message)), List.of());
  }
}
