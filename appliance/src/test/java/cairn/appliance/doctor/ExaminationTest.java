package cairn.appliance.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.kvm.KvmVerdict;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExaminationTest {

  static Stream<Arguments> verdicts() {
    return Stream.of(
        Arguments.of(new KvmVerdict.Usable("guest code ran"), Finding.Verdict.WELL, "usable"),
        Arguments.of(new KvmVerdict.Slow("interpreted"), Finding.Verdict.LIMITED, "slow"),
        Arguments.of(
            new KvmVerdict.Broken("stopped", "660ffec0"), Finding.Verdict.LIMITED, "broken"),
        Arguments.of(new KvmVerdict.Absent("no device"), Finding.Verdict.LIMITED, "absent"));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void whatTheSelfTestSaidIsSaid(KvmVerdict found, Finding.Verdict verdict, String word) {
    Finding finding = Examination.kvm(found);

    assertEquals(verdict, finding.verdict());
    assertTrue(finding.sentence().startsWith(word + ": "), finding.sentence());
  }

  @Test
  void thisHostIsLookedAtFromTopToBottom() {
    assertEquals(
        Stream.of("privileges", "java", "KVM", "memory", "space").toList(),
        Examination.ofThisHost().stream()
            .map(Finding::subject)
            .filter(
                s -> Stream.of("privileges", "java", "KVM", "memory", "space").anyMatch(s::equals))
            .toList());
  }
}
