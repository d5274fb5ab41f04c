package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;

/** Refusals of what the API has not, in Kubernetes' words. */
final class Unknown {

  private Unknown() {}

  static Refusal path() {
    return new Refusal(Reason.NOT_FOUND, "the server could not find the requested resource");
  }

  static Refusal method() {
    return new Refusal(
        Reason.METHOD_NOT_ALLOWED,
        "the server does not allow this method on the requested resource");
  }
}
