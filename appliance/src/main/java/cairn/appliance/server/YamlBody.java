package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.YamlTree;
import cairn.appliance.resource.Body;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Reads YAML from a client into the tree its JSON would give. */
final class YamlBody {

  private YamlBody() {}

  static Body read(String text) {
    List<String> duplicates = new ArrayList<>();
    try {
      if (YamlTree.read(text, duplicates) instanceof ObjectNode document) {
        return new Body(document, duplicates);
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.BAD_REQUEST, "the body cannot be read as YAML: " + e.getMessage());
    }
    throw new Refusal(Reason.BAD_REQUEST, "the body is not a YAML mapping");
  }
}
