package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.server.Health.Check;
import cairn.appliance.server.Health.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The health paths, in the form of the Kubernetes API server: {@code ok}, or one line per check
 * with {@code ?verbose} and whenever something is wrong; {@code /readyz/store} asks for one check,
 * {@code ?exclude=store} leaves one out.
 */
final class HealthPaths {

  private static final Set<String> PATHS = Set.of("healthz", "livez", "readyz");

  private final Health health;

  HealthPaths(Health health) {
    this.health = health;
  }

  static boolean include(String first) {
    return PATHS.contains(first);
  }

  /**
   * @param one name of the only check asked for; empty for all
   */
  Answer answer(Request request, String path, String one) {
    List<Check> checks = new ArrayList<>();
    // Whoever reads this was answered.
    checks.add(new Check("ping", Optional.empty(), Weight.LIFE));
    checks.addAll(health.checks());
    if (!one.isEmpty()) {
      checks.removeIf(check -> !check.name().equals(one));
      if (checks.isEmpty()) {
        throw Unknown.path();
      }
    }
    return report(path, checks, request);
  }

  private static Answer report(String path, List<Check> checks, Request request) {
    List<String> excluded = request.query().getOrDefault("exclude", List.of());
    StringBuilder text = new StringBuilder();
    boolean fine = true;
    for (Check check : checks) {
      if (excluded.contains(check.name())) {
        text.append("[+]").append(check.name()).append(" excluded: ok\n");
        continue;
      }
      boolean counts = counts(check.weight(), path);
      fine &= check.wrong().isEmpty() || !counts;
      text.append(line(check, counts)).append('\n');
    }
    text.append(path).append(fine ? " check passed\n" : " check failed\n");
    String body = fine && !request.query().containsKey("verbose") ? "ok" : text.toString();
    return new Answer.Whole(fine ? 200 : 500, "text/plain; charset=utf-8", body.getBytes(UTF_8));
  }

  private static boolean counts(Weight weight, String path) {
    return switch (weight) {
      case LIFE -> true;
      case READINESS -> !path.equals("livez");
      case INFORMATION -> false;
    };
  }

  private static String line(Check check, boolean counts) {
    return check
        .wrong()
        .map(why ->
            "[-]" + check.name() + " failed: " + why + (counts ? "" : " (does not count here)"))
        .orElse("[+]" + check.name() + " ok");
  }
}
