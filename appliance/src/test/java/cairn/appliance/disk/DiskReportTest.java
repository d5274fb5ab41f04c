package cairn.appliance.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Claims.Claim;
import cairn.appliance.disk.DiskReport.Standing;
import cairn.appliance.disk.DiskReport.Users;
import cairn.appliance.resource.Resource;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.store.Key;
import cairn.appliance.store.Revision;
import cairn.storage.ByteSize;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DiskReportTest {

  private static final Claim MACHINE = new Claim(new UUID(1, 2), "default", "hello");

  @Test
  void anImageThatIsMadeOfTheDiskUsesItUnlessAMachineDoes() {
    assertEquals("NotInUse", inUse(new Users(List.of(), List.of("hello"), List.of())));
    assertEquals(
        "UsedForImageCreation", inUse(new Users(List.of(), List.of("hello"), List.of("copy"))));
    assertEquals(
        "AttachedToVirtualMachine",
        inUse(new Users(List.of(MACHINE), List.of("hello"), List.of("copy"))));
  }

  @Test
  void aLoginThatFailsIsNotAnyFailure() {
    ObjectNode status =
        DiskReport.of(
            disk(),
            "local",
            new Standing.Retrying("ImagePullFailed", "The registry refuses the login."),
            new Users(List.of(), List.of(), List.of()),
            Instant.EPOCH);

    assertEquals("Provisioning", status.path("phase").asString(""));
    assertEquals("ImagePullFailed", reason(status, "Ready"));
  }

  private static String inUse(Users users) {
    Standing ready = new Standing.Ready(ByteSize.ofMebibytes(1));
    return reason(DiskReport.of(disk(), "local", ready, users, Instant.EPOCH), "InUse");
  }

  private static String reason(ObjectNode status, String type) {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    document.set("status", status);
    return Conditions.find(document, type).map(DiskReportTest::reason).orElse("");
  }

  private static String reason(JsonNode condition) {
    return condition.path("reason").asString("");
  }

  private static Resource disk() {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    return new Resource(
        CrdKinds.load().named("virtualization.deckhouse.io/v1alpha2", "VirtualDisk").orElseThrow(),
        new Key(ResourceNames.DISKS, "default", "root"),
        new UUID(3, 4),
        new Revision(1),
        document,
        JsonMapper.shared().createObjectNode());
  }
}
