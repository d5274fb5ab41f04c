package cairn.hypervisor.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvmJudgeTest {

  private static final ProbeOutcome QUICK = new ProbeOutcome.Ran(Duration.ofMillis(1));

  @Test
  void usableOnlyWhenEveryProbeRanAndQuickly() {
    assertInstanceOf(KvmVerdict.Usable.class, KvmJudge.judge(answering(Map.of())));
  }

  @ParameterizedTest
  @EnumSource(Probe.class)
  void oneProbeThatGivesUpIsBrokenAndNamed(Probe probe) {
    KvmVerdict verdict =
        KvmJudge.judge(answering(Map.of(probe, new ProbeOutcome.GaveUp("66 0f fe c0"))));

    assertEquals("66 0f fe c0", assertInstanceOf(KvmVerdict.Broken.class, verdict).instruction());
    assertTrue(verdict.reason().contains("66 0f fe c0"), verdict::reason);
  }

  @ParameterizedTest
  @EnumSource(value = Probe.class, names = "SPEED", mode = EnumSource.Mode.EXCLUDE)
  void aNecessaryProbeThatDoesNotEndIsBroken(Probe probe) {
    assertInstanceOf(
        KvmVerdict.Broken.class,
        KvmJudge.judge(
            answering(Map.of(probe, new ProbeOutcome.TimedOut(Duration.ofMillis(500))))));
    assertInstanceOf(
        KvmVerdict.Broken.class,
        KvmJudge.judge(answering(Map.of(probe, new ProbeOutcome.Failed("no")))));
  }

  @Test
  void aLoopThatCrawlsIsSlow() {
    KvmVerdict slow =
        KvmJudge.judge(answering(Map.of(Probe.SPEED, new ProbeOutcome.Ran(Duration.ofMillis(51)))));
    KvmVerdict endless =
        KvmJudge.judge(
            answering(Map.of(Probe.SPEED, new ProbeOutcome.TimedOut(Duration.ofMillis(500)))));

    assertInstanceOf(KvmVerdict.Slow.class, slow);
    assertInstanceOf(KvmVerdict.Slow.class, endless);
  }

  @Test
  void noDeviceIsAbsent() {
    KvmVerdict verdict = new KvmSelfTest(Path.of("/nowhere/kvm")).run();

    assertTrue(
        assertInstanceOf(KvmVerdict.Absent.class, verdict).reason().contains("/nowhere/kvm"));
  }

  private static ProbeHost answering(Map<Probe, ProbeOutcome> special) {
    Map<Probe, ProbeOutcome> answers = new EnumMap<>(Probe.class);
    for (Probe probe : Probe.values()) {
      answers.put(probe, special.getOrDefault(probe, QUICK));
    }
    return new ProbeHost() {
      @Override
      public Optional<String> absence() {
        return Optional.empty();
      }

      @Override
      public ProbeOutcome run(Probe probe) {
        return answers.getOrDefault(probe, QUICK);
      }
    };
  }
}
