package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrdKindsTest {

  private static final String DVP = "virtualization.deckhouse.io";

  private final CrdKinds kinds = CrdKinds.load();

  @Test
  void servesTheKindsOfTheIndexInItsOrder() {
    assertEquals(
        List.of(
            "Namespace",
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "Event",
            "Event",
            "Node",
            "Pod",
            "Service",
            "Lease",
            "StorageClass",
            "CustomResourceDefinition",
            "SelfSubjectReview",
            "SelfSubjectReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
            "LocalSubjectAccessReview",
            "ModuleConfig",
            "VirtualMachine",
            "VirtualMachineClass",
            "VirtualMachineClass",
            "VirtualDisk",
            "VirtualImage",
            "ClusterVirtualImage",
            "VirtualMachineOperation",
            "VirtualMachineBlockDeviceAttachment",
            "VirtualMachineIPAddress",
            "VirtualMachineIPAddressLease"),
        kinds.served().stream().map(Kind::kind).toList());
  }

  @Test
  void findsAKindByItsPath() {
    Kind machine = kinds.find(DVP, "v1alpha2", "virtualmachines").orElseThrow();

    assertEquals("VirtualMachine", machine.kind());
    assertEquals(List.of("vm"), List.copyOf(machine.shortNames()));
    assertEquals(List.of("all", "virtualization"), List.copyOf(machine.categories()));
    assertTrue(machine.namespaced());
    assertTrue(machine.statusSubresource());
    assertEquals("virtualmachines.virtualization.deckhouse.io", machine.resource());
    assertEquals(
        List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"),
        List.copyOf(machine.verbs()));
  }

  @Test
  void findsAKindByItsNameInADocument() {
    assertTrue(kinds.named("v1", "Namespace").isPresent());
    assertTrue(kinds.named(DVP + "/v1alpha2", "VirtualMachineClass").isPresent());
  }

  @Test
  void knowsTheKindsThatAreStillToCome() {
    List<String> later =
        CrdKinds.loadWithLater().served().stream()
            .filter(kind -> !kinds.served().contains(kind))
            .map(Kind::kind)
            .toList();

    assertEquals(
        List.of(
            "VirtualDiskSnapshot",
            "VirtualMachineSnapshot",
            "VirtualMachineSnapshotOperation",
            "VirtualMachineMACAddress",
            "VirtualMachineMACAddressLease",
            "VirtualMachinePool",
            "NodeUSBDevice",
            "USBDevice"),
        later);
  }

  @Test
  void storesAKindInOneOfItsVersions() {
    Kind stored = kinds.named(DVP + "/v1alpha2", "VirtualMachineClass").orElseThrow();
    Kind other = kinds.named(DVP + "/v1alpha3", "VirtualMachineClass").orElseThrow();

    assertTrue(stored.storedAsItIs());
    assertFalse(other.storedAsItIs());
    assertEquals(stored, kinds.stored(other));
    assertEquals(stored.storedIn(), other.storedIn());
    assertEquals(
        "virtualization.deckhouse.io/v1alpha2 VirtualMachineClass is deprecated",
        stored.deprecation());
    assertEquals("", other.deprecation());
  }

  @Test
  void knowsNoKindThatIsNotServed() {
    assertTrue(kinds.find(DVP, "v1alpha2", "virtualmachinepools").isEmpty());
    assertTrue(kinds.find(DVP, "v1", "virtualmachines").isEmpty());
    assertTrue(kinds.named("v1", "VirtualMachine").isEmpty());
  }
}
