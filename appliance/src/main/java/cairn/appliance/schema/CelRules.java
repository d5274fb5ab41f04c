package cairn.appliance.schema;

import cairn.appliance.schema.Schema.CelRule;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles and asks CEL rules. The environment takes about a second to build and is built when the
 * first rule is asked; programs are kept. Any thread.
 */
final class CelRules {

  /** Loops of one evaluation; a rule over the largest lists of our schemas needs a few thousand. */
  private static final int MOST_ITERATIONS = 100_000;

  private final Map<String, Program> programs = new ConcurrentHashMap<>();

  /** Compiles the rule, unless that was done before. */
  void prepare(CelRule rule) {
    programs.computeIfAbsent(rule.rule(), CelRules::compile);
  }

  /**
   * @param self value as CEL sees it, see {@link CelValues}
   * @param old the value before; must be present if the rule compares with it
   * @return what is wrong, or nothing
   */
  Optional<String> complaint(CelRule rule, Object self, Optional<Object> old) {
    Map<String, Object> variables =
        old.isPresent() ? Map.of("self", self, "oldSelf", old.get()) : Map.of("self", self);
    try {
      Object answer = programs.computeIfAbsent(rule.rule(), CelRules::compile).eval(variables);
      return Boolean.TRUE.equals(answer) ? Optional.empty() : Optional.of(rule.complaint());
    } catch (CelEvaluationException e) {
      return Optional.of(e.getMessage() + " evaluating rule: " + rule.complaint());
    }
  }

  private static Program compile(String rule) {
    try {
      return Environment.CEL.createProgram(Environment.CEL.compile(rule).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException("the CEL rule cannot be compiled: " + rule, e);
    }
  }

  /** Holds the environment, so that it is built on first use. */
  private static final class Environment {

    private static final CelOptions OPTIONS =
        CelOptions.current()
            .comprehensionMaxIterations(MOST_ITERATIONS)
            .enableHeterogeneousNumericComparisons(true)
            .build();

    private static final Cel CEL =
        CelFactory.legacyCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .addCompilerLibraries(CelExtensions.strings(), CelExtensions.lists())
            .addRuntimeLibraries(CelExtensions.strings(), CelExtensions.lists())
            .build();
  }
}
