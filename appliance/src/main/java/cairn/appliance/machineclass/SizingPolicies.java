package cairn.appliance.machineclass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The sizes a class allows. Without policies anything goes; otherwise the first that covers. */
public record SizingPolicies(List<SizingPolicy> policies) {

  private static final String WHOLE = "100%";

  public SizingPolicies {
    policies = List.copyOf(policies);
  }

  /** Reads the policies of a class document. */
  public static SizingPolicies read(JsonNode machineClass) {
    List<SizingPolicy> policies = new ArrayList<>();
    machineClass
        .path("spec")
        .path("sizingPolicies")
        .forEach(policy -> policies.add(SizingPolicy.read(policy)));
    return new SizingPolicies(policies);
  }

  /** Everything about the size that the class does not allow, one sentence each. */
  public List<String> violations(Sizing sizing) {
    if (policies.isEmpty()) {
      return List.of();
    }
    return covering(sizing.cores())
        .map(policy -> policy.violations(sizing))
        .orElseGet(() -> List.of(uncovered(sizing.cores())));
  }

  /** What a machine gets that names no fraction. */
  public sealed interface DefaultFraction {

    record Given(String fraction) implements DefaultFraction {}

    /** The machine must name one. */
    record NoneFits(String why) implements DefaultFraction {}
  }

  public DefaultFraction defaultFraction(int cores) {
    if (policies.isEmpty()) {
      return new DefaultFraction.Given(WHOLE);
    }
    Optional<SizingPolicy> policy = covering(cores);
    if (policy.isEmpty()) {
      return new DefaultFraction.NoneFits(uncovered(cores));
    }
    List<String> allowed = policy.get().coreFractions();
    return policy
        .get()
        .defaultCoreFraction()
        .or(() ->
            allowed.isEmpty() || allowed.contains(WHOLE) ? Optional.of(WHOLE) : Optional.empty())
        .<DefaultFraction>map(DefaultFraction.Given::new)
        .orElseGet(() ->
            new DefaultFraction.NoneFits(
                "the class has no default for %d cores; choose one of %s"
                    .formatted(cores, String.join(", ", allowed))));
  }

  private Optional<SizingPolicy> covering(int cores) {
    return policies.stream().filter(policy -> policy.cores().covers(cores)).findFirst();
  }

  private String uncovered(int cores) {
    return "cpu.cores is %d, the class allows %s"
        .formatted(
            cores,
            policies.stream()
                .map(policy -> policy.cores().toString())
                .collect(Collectors.joining(", ")));
  }
}
