package cairn.appliance.machine;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.resource.Resource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The spec that the running instance of a machine was started with, in the machine's private
 * record; what was changed while it runs is changed there too. Pure.
 */
final class AppliedSpec {

  private static final String FIELD = "applied";
  private static final String DEVICES = "blockDeviceRefs";

  private AppliedSpec() {}

  /**
   * @param exists whether there is an instance; without one the present spec is meant
   */
  static JsonNode of(Resource machine, boolean exists) {
    JsonNode applied = machine.privateDocument().path(FIELD);
    return exists && !applied.isMissingNode() ? applied : machine.document().path("spec");
  }

  /** The same as a document that has a spec. */
  static JsonNode document(Resource machine, boolean exists) {
    return document(of(machine, exists));
  }

  static JsonNode document(JsonNode spec) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.set("spec", spec);
    return document;
  }

  /** An instance is about to be started with this spec. */
  static void write(ObjectNode privateDocument, JsonNode spec) {
    privateDocument.set(FIELD, spec.deepCopy());
  }

  /** The instance has one more device. */
  static void addDevice(ObjectNode privateDocument, BlockDeviceRef ref) {
    if (privateDocument.path(FIELD) instanceof ObjectNode applied && !names(applied, ref)) {
      applied.withArray(DEVICES).addObject().put("kind", ref.kind().word()).put("name", ref.name());
    }
  }

  /** The instance has that device no more. */
  static void removeDevice(ObjectNode privateDocument, BlockDeviceRef ref) {
    if (privateDocument.path(FIELD).path(DEVICES) instanceof ArrayNode devices) {
      List<BlockDeviceRef> refs = BlockDeviceRef.of(document(privateDocument.path(FIELD)));
      for (int at = refs.size() - 1; at >= 0; at--) {
        if (refs.get(at).names(ref)) {
          devices.remove(at);
        }
      }
    }
  }

  private static boolean names(JsonNode spec, BlockDeviceRef ref) {
    return BlockDeviceRef.of(document(spec)).stream().anyMatch(each -> each.names(ref));
  }
}
