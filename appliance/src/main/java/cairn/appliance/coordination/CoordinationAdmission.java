package cairn.appliance.coordination;

import cairn.appliance.api.WireTimes;
import cairn.appliance.resource.Admission;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the times of a Lease in the form that every client can read. */
public final class CoordinationAdmission implements Admission {

  @Override
  public void mutate(Review review) {
    settle(review.now());
  }

  @Override
  public void settle(ObjectNode lease) {
    if (lease.path("spec") instanceof ObjectNode spec) {
      WireTimes.settleMicro(spec, "acquireTime");
      WireTimes.settleMicro(spec, "renewTime");
    }
  }
}
