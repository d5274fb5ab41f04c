package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandstillTest {

  @ParameterizedTest
  @EnumSource
  void everyCauseIsSaidInWordsWithItsDetail(PauseCause cause) {
    String sentence = Standstill.sentence(new Power.Paused(cause));

    assertTrue(sentence.startsWith("The guest is paused") && sentence.endsWith("."), sentence);
    assertFalse(sentence.contains("()"), sentence);
  }

  @Test
  void aFullDiskNamesItAndTheRemedy() {
    assertEquals(
        "The guest is paused: the host has no room for what it wrote (disk0: no space left"
            + " (ENOSPC)). Make room: it goes on by itself when 256 MiB are free.",
        Standstill.sentence(
            new Power.Paused(PauseCause.DISK_FULL, "disk0: no space left (ENOSPC)")));
  }

  @Test
  void anInstructionThatKvmDoesNotKnowIsTheHostsLimit() {
    String sentence =
        Standstill.sentence(
            new Power.Paused(
                PauseCause.INTERNAL_ERROR, "KVM internal error. Suberror: 1; emulation failure"));

    assertTrue(sentence.contains("this host's KVM cannot run"), sentence);
    assertTrue(
        Standstill.sentence(new Power.Paused(PauseCause.INTERNAL_ERROR))
            .contains("KVM or QEMU met an error"));
  }
}
