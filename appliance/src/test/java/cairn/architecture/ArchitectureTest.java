package cairn.architecture;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the house to its rules. Plain tests on purpose: rules written as ArchUnit fields were found
 * not to be run at all by Surefire.
 */
class ArchitectureTest {

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("cairn");

  private static final JavaClasses PLANTED =
      new ClassFileImporter().importPackages("cairn.architecture.planted");

  static Stream<String> rules() {
    return HouseRules.ALL.keySet().stream().sorted();
  }

  @Test
  void theWholeHouseIsRead() {
    for (String module : new String[] {"hypervisor", "storage", "network", "appliance"}) {
      assertTrue(
          HOUSE.stream().anyMatch(type -> type.getPackageName().startsWith("cairn." + module)),
          "no class of " + module + " was imported");
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theHouseKeeps(String rule) {
    HouseRules.named(rule).check(HOUSE);
  }

  @ParameterizedTest
  @MethodSource("plantedViolations")
  void aPlantedViolationIsFound(String rule) {
    assertThrows(AssertionError.class, () -> HouseRules.named(rule).check(PLANTED));
  }

  static Stream<String> plantedViolations() {
    return Stream.of(
        "SQL stays in the store",
        "names say what a thing is",
        "one place tells the time",
        "programs are started in program wrappers",
        "no static state changes",
        "every package is described");
  }
}
