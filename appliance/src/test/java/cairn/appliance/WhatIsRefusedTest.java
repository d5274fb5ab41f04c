package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Written;
import cairn.appliance.store.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers to what cannot be: they name the field and the remedy, and tell nothing secret. */
class WhatIsRefusedTest {

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'cores':99999999999}           | 1Gi | spec.cpu.cores in body must be of type int32
          {'cores':2147483648}            | 1Gi | spec.cpu.cores in body must be of type int32
          {'cores':99999999999999999999}  | 1Gi | spec.cpu.cores in body must be of type integer
          {'cores':249}                   | 1Gi | spec.cpu.cores: cpu.cores is 249, allowed are 1 to 248
          {'cores':2147483647}            | 1Gi | spec.cpu.cores: cpu.cores is 2147483647, allowed
          {'cores':1,'coreFraction':'3%'} | 1Gi | spec.cpu.coreFraction: the class "generic" does not allow this size: cpu.coreFraction is 3%, allowed for 1 core are 5%
          {'cores':1}                     | 8Ei | spec.memory.size: "8Ei" is too large
          {'cores':1} | 99999999999999999999Gi  | spec.memory.size: "99999999999999999999Gi" is too large
          {'cores':1}                     | 1Ki | spec.memory.size: "1Ki": expected a quantity of at least 1Mi
          """)
  void sizes(String cpu, String memory, String sentence) {
    Refusal refusal = assertThrows(Refusal.class, () -> machine(cpu, memory, "#cloud-config"));

    assertTrue(String.valueOf(refusal.getMessage()).contains(sentence), refusal.getMessage());
  }

  @Test
  void firstBootDataIsNotRepeated() {
    String secret = "password: hunter2 ";

    Refusal refusal =
        assertThrows(Refusal.class, () -> machine("{'cores':1}", "1Gi", secret.repeat(200)));

    assertTrue(
        String.valueOf(refusal.getMessage()).contains("spec.provisioning.userData"),
        refusal.getMessage());
    assertFalse(String.valueOf(refusal.getMessage()).contains("hunter2"), refusal.getMessage());
  }

  @Test
  void aMachineLargerThanItsHostIsToldSo() {
    Written written = machine("{'cores':8}", "1Ti", "#cloud-config");

    assertEquals(
        List.of(
            "spec.cpu.cores is 8, the host has 4: the machine will be slow",
            "the machine can never start on node cairn-test: memory.size 1Ti and 2.2Gi to run it are"
                + " more than the 64Gi that machines can have"),
        written.warnings());
  }

  @Test
  void whatTheNodeStandsOnStays() {
    for (Key key :
        List.of(
            new Key("moduleconfigs.deckhouse.io", "", "virtualization"),
            new Key("storageclasses.storage.k8s.io", "", "local"))) {
      Resource kept = world.resources.get(key).orElseThrow();
      Refusal refusal = assertThrows(Refusal.class, () -> world.resources.delete(kept));

      assertTrue(
          String.valueOf(refusal.getMessage()).contains("may not be deleted"),
          refusal.getMessage());
      assertTrue(world.resources.get(key).isPresent());
    }
  }

  @Test
  void aClassInUseGoesWithItsLastMachineAndMakesRoomForAnotherDefaultBefore() {
    machine("{'cores':1}", "1Gi", "#cloud-config");
    // Nothing holds a class that no controller has looked at.
    world.await("held", () -> world.phase("virtualmachineclasses", "", "generic").equals("Ready"));

    world.delete("virtualmachineclasses", "", "generic");

    world.await(
        "terminating",
        () -> world.phase("virtualmachineclasses", "", "generic").equals("Terminating"));
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineClass',"
            + "'metadata':{'name':'other','annotations':"
            + "{'virtualmachineclass.virtualization.deckhouse.io/is-default-class':'true'}},"
            + "'spec':{'cpu':{'type':'Host'}}}");
    Written late = world.create(document("late", "{'cores':1}", "1Gi", "#cloud-config", ""));
    assertEquals("other", className("late"), () -> late.warnings().toString());
    Written named =
        world.create(
            document(
                "named",
                "{'cores':1}",
                "1Gi",
                "#cloud-config",
                ",'virtualMachineClassName':'generic'"));
    assertEquals(
        List.of("the class \"generic\" is being deleted: no machine of it can be started"),
        named.warnings());
    world.await("it says so", () -> condition("named").contains("is being deleted"));
    world.delete("virtualmachines", "default", "named");
    world.delete("virtualmachines", "default", "hello");
    world.await(
        "class gone", () -> world.phase("virtualmachineclasses", "", "generic").equals("gone"));
  }

  private String className(String name) {
    return world
        .get("virtualmachines" + World.GROUP, "default", name)
        .orElseThrow()
        .document()
        .path("spec")
        .path("virtualMachineClassName")
        .asString("");
  }

  private String condition(String machine) {
    return Optional.of(world.get("virtualmachines" + World.GROUP, "default", machine).orElseThrow())
        .map(found -> found.document().path("status").path("conditions"))
        .orElseThrow()
        .valueStream()
        .filter(each -> each.path("type").asString("").equals("SizingPolicyMatched"))
        .map(each -> each.path("message").asString(""))
        .findFirst()
        .orElse("");
  }

  private Written machine(String cpu, String memory, String data) {
    return world.create(document("hello", cpu, memory, data, ""));
  }

  private static String document(String name, String cpu, String memory, String data, String more) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachine',"
        + "'metadata':{'name':'%s','namespace':'default'},'spec':{'cpu':%s,'memory':{'size':'%s'},"
            .formatted(name, cpu, memory)
        + "'provisioning':{'type':'UserData','userData':'%s'},".formatted(data)
        + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]%s}}".formatted(more);
  }
}
