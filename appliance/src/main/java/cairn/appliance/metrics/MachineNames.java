package cairn.appliance.metrics;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Stored;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Which object a machine of the host is; no document is read for it. */
public final class MachineNames {

  private MachineNames() {}

  public static Map<UUID, Key> of(ResourceStore store) {
    Map<UUID, Key> names = new HashMap<>();
    for (Stored machine : store.list(new Selection(ResourceNames.MACHINES, "", "")).objects()) {
      names.put(machine.uid(), machine.key());
    }
    return names;
  }
}
