package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Refusal;
import cairn.appliance.controller.Outcome;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.machineclass.ClassReconciler;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.HostCapabilities;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Classes on a host whose processor changes, pass by pass. */
class ClassLifeTest {

  private static final String CLASSES = "virtualmachineclasses" + World.GROUP;

  @TempDir private Path folder;
  private World world;
  private ClassReconciler reconciler;
  private final List<String> events = new ArrayList<>();
  private Set<String> features = Set.of("aes", "avx");

  @BeforeEach
  void begin() {
    world = new World(folder);
    // The passes of this test are the only ones.
    world.stop();
    reconciler =
        new ClassReconciler(
            world.resources,
            () ->
                new HostCapabilities(
                    "10.0.0", "11.3.0", "EPYC", Set.of("Nehalem"), features, 4, 8L << 30),
            world.facts(),
            new Told(),
            Clock.systemUTC());
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void whatDiscoveryFoundFirstStays() {
    make("found", "{'type':'Discovery'}", "");
    pass("found");
    assertEquals("[\"aes\",\"avx\"]", status("found").path("cpuFeatures").path("enabled") + "");
    assertEquals("[\"cairn-test\"]", status("found").path("availableNodes") + "");
    assertEquals("True DiscoverySucceeded", condition("found", "Discovered"));

    features = Set.of("aes", "avx", "sse4.2");
    world.resources.updateStatus(
        get("found"),
        object -> {
          object.document().remove("status");
          return object;
        });
    pass("found");
    assertEquals("[\"aes\",\"avx\"]", status("found").path("cpuFeatures").path("enabled") + "");
    assertEquals("[\"sse4.2\"]", status("found").path("cpuFeatures").path("notEnabledCommon") + "");
    assertEquals(List.of(), events);

    features = Set.of("aes");
    pass("found");
    assertEquals("False NoSuitableNodesFound", condition("found", "Ready"));
    assertEquals("True DiscoverySucceeded", condition("found", "Discovered"));
    assertEquals("Pending", status("found").path("phase").asString(""));
    assertEquals("[]", status("found").path("availableNodes") + "");
    assertTrue(status("found").path("maxAllocatableResources").isMissingNode());
    assertEquals(List.of("NodesWereUpdated", "AvailableNodesListEmpty"), events);
  }

  @Test
  void aClassThatNothingFitsIsNotReadyAndSaysSoOnce() {
    make("odd", "{'type':'Model','model':'Babbage'}", "");
    pass("odd");
    pass("odd");

    assertEquals("False NoSuitableNodesFound", condition("odd", "Ready"));
    assertEquals("False DiscoverySkip", condition("odd", "Discovered"));
    assertEquals(List.of("AvailableNodesListEmpty"), events);
  }

  @Test
  void aHostClassIsReadyOnANodeItDoesNotMean() {
    make("host", "{'type':'Host'}", ",'nodeSelector':{'matchLabels':{'disk':'ssd'}}");
    pass("host");

    assertEquals("True SuitableNodesFound", condition("host", "Ready"));
    assertEquals("[]", status("host").path("availableNodes") + "");

    label("disk", "ssd");
    pass("host");
    assertEquals("[\"cairn-test\"]", status("host").path("availableNodes") + "");
    assertEquals("64", status("host").path("maxAllocatableResources").path("cpu").asString(""));
    assertEquals(List.of("AvailableNodesListEmpty", "NodesWereUpdated"), events);
  }

  @Test
  void changedSizingPoliciesAreTold() {
    make("sized", "{'type':'Host'}", ",'sizingPolicies':[{'cores':{'min':1,'max':4}}]");
    pass("sized");
    world.patch(
        "VirtualMachineClass",
        "sized",
        "{'spec':{'sizingPolicies':[{'cores':{'min':1,'max':8}}]}}");
    pass("sized");
    pass("sized");

    assertEquals(List.of("SizingPoliciesWereChanged"), events);
  }

  @Test
  void aClassInUseStaysAndNamesItsMachines() {
    make("used", "{'type':'Host'}", "");
    pass("used");
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachine',"
            + "'metadata':{'name':'hello','namespace':'default'},'spec':{'virtualMachineClassName':'used',"
            + "'cpu':{'cores':1},'memory':{'size':'1Gi'},'blockDeviceRefs':[{'kind':'VirtualDisk','name':'a'}]}}");
    assertTrue(Conditions.find(get("used").document(), "InUse").isEmpty());
    world.resources.amend(
        get("used"),
        object -> {
          object
              .document()
              .withObject("/metadata")
              .putArray("finalizers")
              .add("virtualization.deckhouse.io/vm-cleanup");
          return object;
        });
    world.delete("virtualmachineclasses", "", "used");

    assertInstanceOf(Outcome.WaitingFor.class, reconciler.release(get("used")));

    assertEquals("True VirtualMachineClassInUse", condition("used", "InUse"));
    assertEquals("Terminating", status("used").path("phase").asString(""));
    world.delete("virtualmachines", "default", "hello");
    assertEquals(Outcome.SETTLED, reconciler.release(get("used")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ,'sizingPolicies':[{'cores':{'min':1,'max':4}},{'cores':{'min':4,'max':8}}] | spec.sizingPolicies[1].cores: [4; 8] overlaps [1; 4] of spec.sizingPolicies[0]
          ,'sizingPolicies':[{'cores':{'min':2,'max':3}},{'cores':{'min':1,'max':8}}] | spec.sizingPolicies[1].cores: [1; 8] overlaps [2; 3] of spec.sizingPolicies[0]
          ,'sizingPolicies':[{'cores':{'min':1,'max':4},'coreFractions':[10,20],'defaultCoreFraction':50}] | spec.sizingPolicies[0].defaultCoreFraction: 50% is not one of coreFractions 10%, 20%
          ,'nodeSelector':{'matchExpressions':[{'key':'a','operator':'Like'}]} | spec.nodeSelector.matchExpressions[0].operator: "Like": supported values: In, NotIn, Exists, DoesNotExist
          ,'tolerations':[{'key':'a b','operator':'Exists'}] | spec.tolerations[0].key: "a b" is no key of a label
          """)
  void whatAClassMayNotSay(String more, String sentence) {
    Refusal refusal = assertThrows(Refusal.class, () -> make("bad", "{'type':'Host'}", more));

    assertTrue(String.valueOf(refusal.getMessage()).contains(sentence), refusal.getMessage());
  }

  private void make(String name, String cpu, String more) {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineClass',"
            + "'metadata':{'name':'"
            + name
            + "'},'spec':{'cpu':"
            + cpu
            + more
            + "}}");
  }

  private void label(String key, String value) {
    world.resources.amend(
        world.get("nodes", "", "cairn-test").orElseThrow(),
        object -> {
          object.document().withObject("/metadata").withObject("labels").put(key, value);
          return object;
        });
  }

  private void pass(String name) {
    reconciler.reconcile(get(name));
  }

  private Resource get(String name) {
    return world.get(CLASSES, "", name).orElseThrow();
  }

  private JsonNode status(String name) {
    return get(name).document().path("status");
  }

  private String condition(String name, String type) {
    return Conditions.find(get(name).document(), type)
        .map(each -> each.path("status").asString("") + " " + each.path("reason").asString(""))
        .orElse("absent");
  }

  private final class Told implements EventRecorder {
    @Override
    public void normal(Resource about, String reason, String message) {
      events.add(reason);
    }

    @Override
    public void warning(Resource about, String reason, String message) {
      events.add(reason);
    }
  }
}
