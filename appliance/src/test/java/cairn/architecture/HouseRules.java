package cairn.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Objects.requireNonNull;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;

/** The rules of the house, each under the sentence that a violation is reported with. */
final class HouseRules {

  private HouseRules() {}

  static final Map<String, ArchRule> ALL =
      Map.ofEntries(
          Map.entry("hypervisor stands alone", hostLibrary("cairn.hypervisor..")),
          Map.entry("storage stands alone", hostLibrary("cairn.storage..")),
          Map.entry("network stands alone", hostLibrary("cairn.network..")),
          Map.entry(
              "libvirt is known to one package",
              only("org.libvirt..", "cairn.hypervisor.libvirt..")),
          Map.entry(
              "native calls are made in few packages",
              only(
                  "com.sun.jna..",
                  "cairn.hypervisor.libvirt..",
                  "cairn.hypervisor.kvm..",
                  "cairn.storage.reflink..")),
          Map.entry("SQL stays in the store", only("java.sql..", "cairn.appliance.store..")),
          Map.entry("H2 stays in the store", only("org.h2..", "cairn.appliance.store..")),
          Map.entry(
              "the command line knows the API only",
              noClasses()
                  .that()
                  .resideInAPackage("cairn.appliance.cli..")
                  .should()
                  .dependOnClassesThat()
                  .resideInAnyPackage(
                      "cairn.appliance.store..",
                      "cairn.appliance.resource..",
                      "cairn.appliance.controller..",
                      "cairn.appliance.machine..",
                      "cairn.appliance.disk..",
                      "cairn.appliance.image..",
                      "io.micronaut..")
                  .allowEmptyShould(true)),
          Map.entry(
              "Micronaut stays at the rim",
              noClasses()
                  .that()
                  .resideOutsideOfPackages("cairn.appliance", "cairn.appliance.server..")
                  .should()
                  .dependOnClassesThat()
                  .resideInAPackage("io.micronaut..")),
          Map.entry(
              "names say what a thing is",
              noClasses()
                  .should()
                  .haveNameMatching(".*(Manager|Util|Utils|Helper|Impl|Service|DTO)")),
          Map.entry(
              "no dumping places",
              noClasses()
                  .should()
                  .resideInAnyPackage(
                      "..util..", "..common..", "..impl..", "..misc..", "..core..")),
          Map.entry(
              "one place tells the time",
              noClasses()
                  .that()
                  .haveSimpleNameNotEndingWith("Clock")
                  .should()
                  .callMethod(System.class, "currentTimeMillis")
                  .orShould()
                  .callMethod(java.time.Instant.class, "now")
                  .orShould()
                  .callMethod(java.time.LocalDateTime.class, "now")),
          Map.entry(
              "programs are started in program wrappers",
              noClasses()
                  .that()
                  .resideOutsideOfPackages(
                      "cairn.storage.qemuimg..",
                      "cairn.network.program..",
                      "cairn.appliance.cli..",
                      "cairn.hypervisor.program..")
                  .should()
                  .dependOnClassesThat()
                  .areAssignableTo(ProcessBuilder.class)),
          Map.entry(
              "no static state changes",
              fields()
                  .that()
                  .areStatic()
                  .and()
                  .areDeclaredInClassesThat()
                  .resideInAPackage("cairn..")
                  .and()
                  .doNotHaveModifier(JavaModifier.SYNTHETIC)
                  .should()
                  .beFinal()),
          Map.entry("every package is described", described()));

  static ArchRule named(String rule) {
    return requireNonNull(ALL.get(rule), rule);
  }

  private static ArchRule hostLibrary(String library) {
    String[] others =
        List.of("cairn.hypervisor..", "cairn.storage..", "cairn.network..").stream()
            .filter(module -> !module.equals(library))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(library)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("cairn.appliance..", "io.micronaut..", "org.h2..", "java.sql..");
  }

  private static ArchRule only(String library, String... packages) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .allowEmptyShould(true);
  }

  private static ArchRule described() {
    return classes()
        .that()
        .resideInAPackage("cairn..")
        .should(
            new ArchCondition<JavaClass>("live in a package with a package-info") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                if (type.getPackage().tryGetPackageInfo().isEmpty()) {
                  events.add(
                      SimpleConditionEvent.violated(
                          type, type.getPackageName() + " has no package-info.java"));
                }
              }
            });
  }
}
