package cairn.appliance.machineclass;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.placement.PlacementSyntax;
import cairn.appliance.resource.Admission;
import cairn.appliance.resource.Resource;
import java.util.ArrayList;
import java.util.List;

/** What a class may say. */
public final class ClassAdmission implements Admission {

  @Override
  public Verdict validate(Review review) {
    List<FieldError> errors = new ArrayList<>();
    mark(review, errors);
    if (review.specChanged()) {
      policies(SizingPolicies.read(review.now()).policies(), errors);
      errors.addAll(PlacementSyntax.ofClass(review.now().path("spec")));
    }
    return new Verdict(errors, List.of());
  }

  private static void mark(Review review, List<FieldError> errors) {
    String mark = DefaultClass.mark(review.now());
    if (mark.isEmpty()) {
      return;
    }
    String path = "metadata.annotations[" + DefaultClass.ANNOTATION + "]";
    if (!mark.equals("true")) {
      errors.add(new FieldError(path, Cause.INVALID, "\"" + mark + "\": only \"true\" is allowed"));
      return;
    }
    String name = review.now().path("metadata").path("name").asString("");
    for (Resource other : DefaultClass.of(review.others())) {
      if (!other.name().equals(name)) {
        errors.add(
            new FieldError(
                path,
                Cause.INVALID,
                "the class \"%s\" is the default already; take its annotation off first"
                    .formatted(other.name())));
      }
    }
  }

  private static void policies(List<SizingPolicy> policies, List<FieldError> errors) {
    for (int at = 0; at < policies.size(); at++) {
      SizingPolicy policy = policies.get(at);
      String path = "spec.sizingPolicies[" + at + "]";
      if (policy.cores().max() == 0) {
        errors.add(new FieldError(path + ".cores", Cause.REQUIRED, "a range of cores is needed"));
      }
      for (int other = 0; other < at; other++) {
        if (policy.cores().overlaps(policies.get(other).cores())) {
          errors.add(
              new FieldError(
                  path + ".cores",
                  Cause.INVALID,
                  "%s overlaps %s of spec.sizingPolicies[%d]"
                      .formatted(policy.cores(), policies.get(other).cores(), other)));
        }
      }
      boolean strange =
          policy.defaultCoreFraction().isPresent()
              && !policy.coreFractions().isEmpty()
              && !policy.coreFractions().contains(policy.defaultCoreFraction().get());
      if (strange) {
        errors.add(
            new FieldError(
                path + ".defaultCoreFraction",
                Cause.INVALID,
                "%s is not one of coreFractions %s"
                    .formatted(
                        policy.defaultCoreFraction().get(),
                        String.join(", ", policy.coreFractions()))));
      }
    }
  }
}
