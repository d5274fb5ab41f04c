package cairn.hypervisor.kvm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Decides from the outcomes of probes what KVM is worth. */
final class KvmJudge {

  /** A million turns take well under a millisecond on a processor, and minutes of guests if not. */
  static final Duration SPEED_LIMIT = Duration.ofMillis(50);

  /** A busy host may take the processor away in the middle: the best of some attempts counts. */
  private static final int SPEED_ATTEMPTS = 3;

  private static final List<Probe> NECESSARY =
      List.of(Probe.REAL_MODE, Probe.SSE2, Probe.COMPARE_EXCHANGE, Probe.EXCEPTION);

  private KvmJudge() {}

  static KvmVerdict judge(ProbeHost host) {
    Optional<String> absence = host.absence();
    if (absence.isPresent()) {
      return new KvmVerdict.Absent(absence.get());
    }
    for (Probe probe : NECESSARY) {
      switch (host.run(probe)) {
        case ProbeOutcome.Ran _ -> {}
        case ProbeOutcome.GaveUp(String instruction) -> {
          return new KvmVerdict.Broken(
              "KVM cannot run %s: it gave up at the instruction %s"
                  .formatted(
                      probe.subject(), instruction.isEmpty() ? "it did not name" : instruction),
              instruction);
        }
        case ProbeOutcome.TimedOut(Duration limit) -> {
          return new KvmVerdict.Broken(
              "KVM cannot run %s: no end within %d ms".formatted(probe.subject(), limit.toMillis()),
              "");
        }
        case ProbeOutcome.Failed(String what) -> {
          return new KvmVerdict.Broken(
              "KVM cannot run %s: %s".formatted(probe.subject(), what), "");
        }
      }
    }
    return speed(host);
  }

  private static KvmVerdict speed(ProbeHost host) {
    String slowest = "";
    for (int attempt = 0; attempt < SPEED_ATTEMPTS; attempt++) {
      switch (host.run(Probe.SPEED)) {
        case ProbeOutcome.Ran(Duration time) -> {
          if (time.compareTo(SPEED_LIMIT) <= 0) {
            return new KvmVerdict.Usable("64-bit guest code ran at the processor's speed");
          }
          slowest = "took " + time.toMillis() + " ms";
        }
        case ProbeOutcome.TimedOut(Duration limit) ->
            slowest = "did not end within " + limit.toMillis() + " ms";
        case ProbeOutcome.GaveUp(String instruction) -> {
          return new KvmVerdict.Broken(
              "KVM gave up in a loop, at the instruction " + instruction, instruction);
        }
        case ProbeOutcome.Failed(String what) -> {
          return new KvmVerdict.Broken("KVM failed in a loop: " + what, "");
        }
      }
    }
    return new KvmVerdict.Slow(
        "64-bit guest code ran, but %s %s; a processor needs less than %d ms"
            .formatted(Probe.SPEED.subject(), slowest, SPEED_LIMIT.toMillis()));
  }
}
