package cairn.appliance.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Machines that are to start, stop or restart: an operation for each, and the wait for it. */
final class PowerOrder {

  private static final Set<String> REFUSED = Set.of("Failed", "Superseded");

  @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "Names of machines.")
  private List<String> machines = List.of();

  @Option(
      names = {"-w", "--wait"},
      description = "Return when it is done, not already when it is under way.")
  private boolean wait;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait for each machine. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  /**
   * @param type word of the API: Start, Stop, Restart
   * @param force empty where it has no meaning
   */
  int carryOut(
      ApiClient client, Target target, String type, Optional<Boolean> force, PrintWriter out) {
    if (timeoutSeconds < 1) {
      throw new Failure(
          Failure.WRONG_USAGE, "--timeout is " + timeoutSeconds + ", expected at least 1 second");
    }
    Map<String, String> operations = new LinkedHashMap<>();
    String path = "";
    for (String machine : machines) {
      MachineStream named = MachineStream.of(client, target, machine);
      path =
          "/apis/virtualization.deckhouse.io/v1alpha2/namespaces/%s/virtualmachineoperations"
              .formatted(named.namespace());
      operations.put(machine, create(client, path, machine, type, force));
    }
    for (Map.Entry<String, String> each : operations.entrySet()) {
      String phase = await(client, path, each.getValue());
      out.println(
          "virtualmachine/%s: %s %s (virtualmachineoperation/%s)"
              .formatted(
                  each.getKey(),
                  type.toLowerCase(java.util.Locale.ROOT),
                  phase.equals("Completed") ? "done" : "under way",
                  each.getValue()));
      out.flush();
    }
    return 0;
  }

  private static String create(
      ApiClient client, String path, String machine, String type, Optional<Boolean> force) {
    ObjectNode operation = Documents.JSON.createObjectNode();
    operation.put("apiVersion", "virtualization.deckhouse.io/v1alpha2");
    operation.put("kind", "VirtualMachineOperation");
    operation.putObject("metadata").put("generateName", machine + "-");
    ObjectNode spec = operation.putObject("spec");
    spec.put("type", type).put("virtualMachineName", machine);
    force.ifPresent(value -> spec.put("force", value));
    try {
      return client
          .send("POST", path, ApiClient.JSON, Optional.of(operation))
          .path("metadata")
          .path("name")
          .asString("");
    } catch (ApiClient.NotFound e) {
      throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
    }
  }

  /** The phase that was waited for. */
  private String await(ApiClient client, String path, String operation) {
    AtomicReference<String> seen = new AtomicReference<>("Pending");
    JsonNode reached =
        new ObjectWatch(client, path, operation, "operation " + operation)
            .await(
                Duration.ofSeconds(timeoutSeconds),
                object -> {
                  seen.set(phase(object).isEmpty() ? seen.get() : phase(object));
                  return enough(object, operation);
                })
            .orElseThrow(() ->
                new Failure(
                    Failure.TIMED_OUT,
                    "operation %s is still %s after %d s; it goes on: see cairn describe vmop %s"
                        .formatted(operation, seen.get(), timeoutSeconds, operation)));
    return phase(reached);
  }

  private boolean enough(JsonNode object, String operation) {
    String phase = phase(object);
    if (REFUSED.contains(phase)) {
      throw new Failure(
          Failure.REFUSED,
          "operation %s %s: %s"
              .formatted(operation, word(phase), ObjectWatch.told(object, "Completed")));
    }
    return phase.equals("Completed") || (!wait && phase.equals("InProgress"));
  }

  private static String phase(JsonNode operation) {
    return operation.path("status").path("phase").asString("");
  }

  private static String word(String phase) {
    return phase.equals("Failed") ? "failed" : "gave way to another one";
  }
}
