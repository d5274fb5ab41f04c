package cairn.appliance.machineclass;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Which class machines get that name none. */
public final class DefaultClass {

  static final String ANNOTATION =
      "virtualmachineclass." + ResourceNames.GROUP + "/is-default-class";

  private DefaultClass() {}

  /**
   * All that carry the mark and are to stay; more than one only if the mark came in past admission.
   */
  public static List<Resource> of(ResourceReader resources) {
    return resources.list(new Selection(ResourceNames.CLASSES, "", "")).stream()
        .filter(each -> !each.deleting())
        .filter(each -> mark(each.document()).equals("true"))
        .toList();
  }

  static String mark(JsonNode machineClass) {
    return machineClass.path("metadata").path("annotations").path(ANNOTATION).asString("");
  }
}
