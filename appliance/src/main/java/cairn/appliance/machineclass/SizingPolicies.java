package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

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
  public List<Violation> violations(Sizing sizing) {
    if (policies.isEmpty()) {
      return List.of();
    }
    return covering(sizing.cores())
        .map(policy -> policy.violations(sizing))
        .orElseGet(() -> List.of(new Violation(Violation.CORES, uncovered(sizing.cores()))));
  }

  /**
   * Something about a size that the class does not allow.
   *
   * @param field in the machine's spec
   * @param message a sentence without its full stop, which names the field
   */
  public record Violation(String field, String message) {

    static final String CORES = "cpu.cores";
    static final String CORE_FRACTION = "cpu.coreFraction";
    static final String MEMORY = "memory.size";

    public Violation {
      requireNonNull(field, "field is null");
      requireNonNull(message, "message is null");
    }
  }

  /** The sentences of all of them. */
  public static String text(List<Violation> violations) {
    return violations.stream().map(Violation::message).collect(Collectors.joining("; "));
  }

  /** What a machine gets that names no fraction. */
  public sealed interface DefaultFraction {

    record Given(String fraction) implements DefaultFraction {}

    /** The machine must name one. */
    record NoneFits(Violation violation) implements DefaultFraction {}
  }

  public DefaultFraction defaultFraction(int cores) {
    if (policies.isEmpty()) {
      return new DefaultFraction.Given(WHOLE);
    }
    Optional<SizingPolicy> policy = covering(cores);
    if (policy.isEmpty()) {
      return new DefaultFraction.NoneFits(new Violation(Violation.CORES, uncovered(cores)));
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
                new Violation(
                    Violation.CORE_FRACTION,
                    "the class has no default for %s; choose one of %s"
                        .formatted(counted(cores), String.join(", ", allowed)))));
  }

  private Optional<SizingPolicy> covering(int cores) {
    return policies.stream().filter(policy -> policy.cores().covers(cores)).findFirst();
  }

  static String counted(int cores) {
    return cores == 1 ? "1 core" : cores + " cores";
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
