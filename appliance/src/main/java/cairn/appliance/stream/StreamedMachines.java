package cairn.appliance.stream;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.server.StreamEndpoint.Call;
import cairn.appliance.store.Key;
import java.util.List;
import java.util.Set;

/** Finds the machine that a stream is asked of, and says whether it can have one now. */
final class StreamedMachines {

  static final String GROUP = "subresources.virtualization.deckhouse.io";
  static final String VERSION = "v1alpha2";
  static final String PLURAL = "virtualmachines";

  /**
   * The platform's words. Its clients look for them in refusals, which must have code 500, and in
   * the reasons of closed streams: then they show a spinner and come back.
   */
  static final String NOT_RUNNING = "VirtualMachine is not Running";

  private static final String OWN_GROUP = "virtualization.deckhouse.io";
  private static final String MACHINES = PLURAL + "." + OWN_GROUP;
  private static final Set<String> PHASES = Set.of("Running", "Migrating");

  private final ResourceReader resources;

  StreamedMachines(ResourceReader resources) {
    this.resources = requireNonNull(resources, "resources is null");
  }

  /**
   * @throws Refusal if there is none of that name
   */
  Resource find(Call call) {
    return resources
        .get(new Key(MACHINES, call.namespace(), call.name()))
        .orElseThrow(() ->
            new Refusal(
                Reason.NOT_FOUND,
                "%s \"%s\" not found".formatted(MACHINES, call.name()),
                new Refusal.Subject(OWN_GROUP, PLURAL, call.name()),
                List.of()));
  }

  /**
   * @throws Refusal if there is none of that name, or if it does not run
   */
  Resource running(Call call) {
    Resource machine = find(call);
    String phase = machine.document().path("status").path("phase").asString("");
    if (!PHASES.contains(phase)) {
      throw failed(NOT_RUNNING);
    }
    return machine;
  }

  /** What clients take for "come back later". */
  static Refusal failed(String why) {
    return new Refusal(Reason.INTERNAL_ERROR, "Internal error occurred: " + why);
  }
}
