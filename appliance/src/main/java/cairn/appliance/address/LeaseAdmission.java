package cairn.appliance.address;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.List;

/** A lease is named after its address. */
public final class LeaseAdmission implements Admission {

  @Override
  public Verdict validate(Review review) {
    String name = review.now().path("metadata").path("name").asString("");
    if (review.old().isPresent() || LeaseName.address(name).isPresent()) {
      return Verdict.FINE;
    }
    return new Verdict(
        List.of(
            new FieldError(
                "metadata.name",
                Cause.INVALID,
                "\"%s\" does not name an address, expected one as in ip-10-66-10-14"
                    .formatted(name))),
        List.of());
  }
}
