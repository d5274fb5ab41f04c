package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/** Whether the class allows the machine's size; present only while it does not. */
final class SizingCondition {

  private SizingCondition() {}

  static void write(Conditions conditions, Seen seen) {
    switch (seen.needs().sizing()) {
      case Need.Met<Boolean> _ -> conditions.drop("SizingPolicyMatched");
      case Need.Unmet<Boolean> unmet ->
          conditions.set("SizingPolicyMatched", Status.FALSE, unmet.reason(), unmet.message());
    }
  }
}
