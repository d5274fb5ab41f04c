package cairn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {

  private static NetworkPlan plan(String instance, int number) {
    return new NetworkPlan(instance, number, Ipv4Range.parse("10.66.10.0/24"), Path.of("anywhere"));
  }

  @Test
  void namesFitTheKernel() {
    NetworkPlan plan = plan("abcd", Integer.MAX_VALUE);
    for (long machine : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertEquals(15, plan.tapName(machine, 9).length());
      assertTrue(plan.tapName(machine, 9).matches("ctabcd[a-z2-7]{8}9"));
    }
    assertTrue(plan.bridgeName().length() <= 15);
  }

  @Test
  void namesAreTheSameAfterARestart() {
    // Written down: a change would orphan the taps of running machines.
    assertEquals("ctabcdsyu7lduo0", plan("abcd", 0).tapName(0x123456789abcdef0L, 0));
    assertEquals("cbabcd00000000", plan("abcd", 0).bridgeName());
    assertEquals("cairn_abcd_0", plan("abcd", 0).tableName());
    assertEquals(plan("abcd", 0).bridgeMac(), plan("abcd", 0).bridgeMac());
  }

  @Test
  void manyMachinesHaveManyNames() {
    Random random = new Random(1);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      names.add(plan("abcd", 0).tapName(random.nextLong(), 0));
    }
    for (int i = 0; i < 100_000; i++) {
      names.add(plan("abcd", 0).tapName(i, 0));
    }

    assertEquals(200_000, names.size());
  }

  @Test
  void installationsAndNetworksDiffer() {
    assertNotEquals(plan("abcd", 0).bridgeMac(), plan("abcd", 1).bridgeMac());
    assertNotEquals(plan("abcd", 0).bridgeMac(), plan("abce", 0).bridgeMac());
    assertNotEquals(plan("abcd", 0).tapName(1, 0), plan("abce", 0).tapName(1, 0));
    assertNotEquals(plan("abcd", 0).tapName(1, 0), plan("abcd", 0).tapName(1, 1));
  }

  @Test
  void wrongPartsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> plan("ABCD", 0));
    assertThrows(IllegalArgumentException.class, () -> plan("abc", 0));
    assertThrows(IllegalArgumentException.class, () -> plan("abcd", -1));
    assertThrows(IllegalArgumentException.class, () -> plan("abcd", 0).tapName(1, 10));
    assertThrows(IllegalArgumentException.class, () -> plan("abcd", 0).tapName(1, -1));
  }
}
