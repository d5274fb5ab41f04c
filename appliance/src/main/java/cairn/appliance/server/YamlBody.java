package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.YamlTree;
import cairn.appliance.resource.Body;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Reads YAML from a client into the tree its JSON would give. */
final class YamlBody {

  private YamlBody() {}

  static Body read(byte[] body) {
    List<String> duplicates = new ArrayList<>();
    try {
      if (YamlTree.read(text(body), duplicates) instanceof ObjectNode document) {
        return new Body(document, duplicates);
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.BAD_REQUEST, "the body cannot be read as YAML: " + e.getMessage());
    }
    throw new Refusal(Reason.BAD_REQUEST, "the body is not a YAML mapping");
  }

  /** A byte that is no character must not be stored as another one. */
  private static String text(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(Reason.BAD_REQUEST, "the body cannot be read as YAML: invalid UTF-8");
    }
  }
}
