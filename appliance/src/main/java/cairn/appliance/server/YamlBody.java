package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.YamlTree;
import tools.jackson.databind.node.ObjectNode;

/** Reads YAML from a client into the tree its JSON would give. */
final class YamlBody {

  private YamlBody() {}

  static ObjectNode read(String text) {
    try {
      if (YamlTree.read(text) instanceof ObjectNode document) {
        return document;
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.BAD_REQUEST, "the body cannot be read as YAML: " + e.getMessage());
    }
    throw new Refusal(Reason.BAD_REQUEST, "the body is not a YAML mapping");
  }
}
