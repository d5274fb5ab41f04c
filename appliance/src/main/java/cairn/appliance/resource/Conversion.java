package cairn.appliance.resource;

import tools.jackson.databind.node.ObjectNode;

/**
 * How a kind that is another kind's objects seen otherwise (in another version, in another group)
 * reads in the words of what is stored. Both ways, and nothing is lost on the way there and back.
 * What cannot be said in the other words, because it is not valid, stays as it is: documents are
 * translated before they are judged. Pure.
 */
public interface Conversion {

  /** Makes of what is stored, in place, what the kind shows. */
  void show(ObjectNode document);

  /** Makes of what the kind shows, in place, what is stored. */
  void store(ObjectNode document);
}
