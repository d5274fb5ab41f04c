package cairn.appliance.address;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import cairn.network.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a claim on an address may ask for. */
public final class AddressAdmission implements Admission {

  @Override
  public Verdict validate(Review review) {
    if (!review.specChanged()) {
      return Verdict.FINE;
    }
    JsonNode spec = review.now().path("spec");
    List<FieldError> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    AddressPools pools = AddressPools.configured(review.others());
    if (pools.ranges().isEmpty()) {
      errors.add(
          new FieldError(
              "spec",
              Cause.FORBIDDEN,
              "no address pools are configured; set spec.settings.virtualMachineCIDRs of"
                  + " ModuleConfig virtualization"));
    }
    boolean fixed = spec.path("type").asString("").equals("Static");
    if (!fixed && !spec.path("staticIP").asString("").isEmpty()) {
      errors.add(
          new FieldError("spec.staticIP", Cause.FORBIDDEN, "may only be given for type Static"));
    }
    if (fixed) {
      fixed(spec.path("staticIP").asString(""), pools, review, errors, warnings);
    }
    boundStays(review, errors);
    return new Verdict(errors, warnings);
  }

  private static void fixed(
      String text,
      AddressPools pools,
      Review review,
      List<FieldError> errors,
      List<String> warnings) {
    Ipv4Address address;
    try {
      address = Ipv4Address.parse(text);
    } catch (IllegalArgumentException e) {
      errors.add(new FieldError("spec.staticIP", Cause.INVALID, e.getMessage() + ""));
      return;
    }
    if (!pools.assignable(address)) {
      String sentence = "%s is not one that machines may have; pools: %s".formatted(address, pools);
      if (review.old().isEmpty()) {
        errors.add(new FieldError("spec.staticIP", Cause.INVALID, sentence));
      } else {
        warnings.add("spec.staticIP: " + sentence);
      }
      return;
    }
    boolean taken =
        review.old().isEmpty()
            && review
                .others()
                .get(Lease.key(address))
                .flatMap(Lease::read)
                .filter(lease -> !lease.released())
                .isPresent();
    if (taken) {
      errors.add(
          new FieldError(
              "spec.staticIP",
              Cause.INVALID,
              "%s is taken: the lease %s stands".formatted(address, LeaseName.of(address))));
    }
  }

  /** Once bound, type and address stay; but an automatic one may become fixed where it is. */
  private static void boundStays(Review review, List<FieldError> errors) {
    Optional<JsonNode> old = review.old().map(before -> (JsonNode) before);
    if (old.isEmpty()
        || old.get().path("status").path("phase").asString("Pending").equals("Pending")) {
      return;
    }
    JsonNode now = review.now().path("spec");
    boolean pinned =
        now.path("type").asString("").equals("Static")
            && now.path("staticIP")
                .asString("")
                .equals(old.get().path("status").path("address").asString("-"));
    if (!pinned) {
      errors.add(
          new FieldError(
              "spec",
              Cause.FORBIDDEN,
              "the address is bound; it can only be made Static with the address it has"));
    }
  }
}
