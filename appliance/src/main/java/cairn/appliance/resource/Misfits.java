package cairn.appliance.resource;

import cairn.appliance.api.Refusal;
import cairn.appliance.schema.Kind;
import tools.jackson.databind.JsonNode;

/**
 * Makes the refusal of a document that cannot be read as its kind. Kubernetes says it in two ways:
 * a body is a bad request, what a patch would make of an object is an invalid patch.
 */
@FunctionalInterface
interface Misfits {

  Refusal because(String why);

  static Misfits ofBody(Kind kind) {
    return why -> Refusals.undecodable(kind, why);
  }

  /**
   * @param patched the document that the patch makes; read when something is wrong
   */
  static Misfits ofPatch(JsonNode patched) {
    return why -> Refusals.unfitPatch(patched, why);
  }
}
