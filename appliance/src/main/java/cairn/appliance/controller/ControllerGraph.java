package cairn.appliance.controller;

import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All controllers together: who is woken by what and writes what. Pure. */
public final class ControllerGraph {

  private final List<Declaration> declarations;

  public ControllerGraph(List<Declaration> declarations) {
    this.declarations =
        declarations.stream().sorted(Comparator.comparing(Declaration::name)).toList();
  }

  /** What breaks the law: one owner per kind, one writer per status. Empty for nothing. */
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    Map<String, String> owners = new HashMap<>();
    Map<String, String> writers = new HashMap<>();
    for (Declaration declaration : declarations) {
      String name = declaration.name();
      twice(owners.put(declaration.owns(), name), name, "own " + declaration.owns(), violations);
      for (Write write : declaration.writes()) {
        if (write.aspect() == Aspect.STATUS) {
          String what = "write the status of " + write.resource();
          twice(writers.put(write.resource(), name), name, what, violations);
        }
      }
    }
    return violations;
  }

  private static void twice(
      @Nullable String other, String name, String what, List<String> violations) {
    if (other != null) {
      violations.add("both " + other + " and " + name + " " + what);
    }
  }

  /** The page {@code docs/controllers.md}. */
  public String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Controllers

            Printed from the declarations in the code by a test; do not edit. Each controller owns one kind, is woken by
            changes of others, and writes what is listed. Only one controller writes the status of a kind.
            """);
    for (Declaration declaration : declarations) {
      page.append("\n## ").append(declaration.name()).append("\n\n");
      page.append("- Owns: `").append(declaration.owns()).append("`\n");
      declaration
          .finalizer()
          .ifPresent(finalizer -> page.append("- Finalizer: `").append(finalizer).append("`\n"));
      for (Waker waker : declaration.wokenBy()) {
        page.append("- Woken by: `")
            .append(waker.resource())
            .append("` (")
            .append(waker.why())
            .append(")\n");
      }
      declaration
          .outside()
          .forEach(
              outside -> page.append("- Woken from outside by: ").append(outside).append('\n'));
      writes(declaration).forEach(line -> page.append("- Writes: ").append(line).append('\n'));
    }
    return page.toString();
  }

  private static List<String> writes(Declaration declaration) {
    return declaration.writes().stream()
        .collect(
            Collectors.groupingBy(
                Write::resource,
                TreeMap::new,
                Collectors.mapping(Write::aspect, Collectors.toSet())))
        .entrySet()
        .stream()
        .map(entry ->
            entry.getValue().stream()
                    .sorted()
                    .map(aspect -> aspect.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "))
                + " of `"
                + entry.getKey()
                + "`")
        .toList();
  }
}
