package cairn.appliance.machineclass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.machineclass.SizingPolicies.DefaultFraction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The law of contract chapter 3.4 as a table. */
class SizingPoliciesTest {

  private static final SizingPolicies POLICIES =
      policies(
          """
          [ { cores: {min: 1, max: 4}, coreFractions: [5, 10, 100], defaultCoreFraction: 10 },
            { cores: {min: 5, max: 10, step: 2}, coreFractions: ["50%", "100%"],
              memory: {min: "1Gi", max: "8Gi", step: "2Gi"} },
            { cores: {min: 11, max: 20}, coreFractions: [20, 50] },
            { cores: {min: 21, max: 64}, memory: {perCore: {min: "1Gi", max: "4Gi"}} } ]
          """);

  @ParameterizedTest(name = "{0} cores at {1} with {2} MiB: {3}")
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          1,  5%,   64,     ""
          4,  100%, 64,     ""
          1,  50%,  64,     "cpu.coreFraction is 50%, allowed for 1 core are 5%, 10%, 100%"
          4,  50%,  64,     "cpu.coreFraction is 50%, allowed for 4 cores are 5%, 10%, 100%"
          7,  50%,  3072,   ""
          10, 50%,  1024,   ""
          6,  50%,  1024,   "cpu.cores is 6, allowed are 5 to 10 in steps of 2"
          5,  100%, 512,    "memory.size is 512Mi, the smallest allowed is 1Gi"
          5,  100%, 9216,   "memory.size is 9Gi, the largest allowed is 8Gi"
          5,  100%, 2048,   "memory.size is 2Gi, allowed are 1Gi to 8Gi in steps of 2Gi"
          5,  100%, 5120,   ""
          5,  100%, 8192,   ""
          32, 1%,   32768,  ""
          32, 1%,   16384,  "memory.size per core is 512Mi, the smallest allowed is 1Gi"
          32, 1%,   163840, "memory.size per core is 5Gi, the largest allowed is 4Gi"
          65, 100%, 64,     "cpu.cores is 65, the class allows [1; 4], [5; 10], [11; 20], [21; 64]"
          """)
  void sizesAreHeldAgainstTheFirstPolicyThatCovers(
      int cores, String fraction, long mebibytes, String violation) {
    var violations = POLICIES.violations(new Sizing(cores, fraction, mebibytes << 20));

    assertEquals(violation, SizingPolicies.text(violations));
    violations.forEach(each -> assertTrue(each.message().startsWith(each.field()), each.message()));
  }

  @Test
  void allViolationsAreNamedAtOnce() {
    assertEquals(3, POLICIES.violations(new Sizing(6, "3%", 1L << 20)).size());
  }

  @Test
  void withoutPoliciesAnythingGoes() {
    assertEquals(List.of(), policies("[]").violations(new Sizing(248, "1%", 1)));
  }

  @ParameterizedTest
  @CsvSource({"1, 10%", "7, 100%", "30, 100%"})
  void aFractionLeftOutIsFilledIn(int cores, String fraction) {
    assertEquals(new DefaultFraction.Given(fraction), POLICIES.defaultFraction(cores));
  }

  @ParameterizedTest
  @CsvSource({"12", "70"})
  void aFractionThatCannotBeFilledInMustBeNamed(int cores) {
    assertInstanceOf(DefaultFraction.NoneFits.class, POLICIES.defaultFraction(cores));
  }

  private static SizingPolicies policies(String relaxedJson) {
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(tools.jackson.core.json.JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
            .build();
    return SizingPolicies.read(
        mapper.readTree("{spec: {sizingPolicies: %s}}".formatted(relaxedJson)));
  }
}
