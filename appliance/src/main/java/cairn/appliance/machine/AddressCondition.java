package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import java.util.Optional;

/** The machine's address: claimed, and the one that the guest took. Always present. */
final class AddressCondition {

  private AddressCondition() {}

  static void write(Conditions conditions, Seen seen) {
    String type = "VirtualMachineIPAddressReady";
    Optional<Needs.Address> claimed = seen.needs().address().found();
    boolean other =
        claimed.isPresent()
            && seen.leased().isPresent()
            && !seen.leased().get().equals(claimed.get().address());
    if (other) {
      conditions.set(
          type,
          Status.FALSE,
          "VirtualMachineIPAddressNotAssigned",
          "The guest took %s instead of %s."
              .formatted(seen.leased().get(), claimed.get().address()));
      return;
    }
    NeedConditions.write(conditions, type, seen.needs().address());
  }
}
