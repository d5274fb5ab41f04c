package cairn.appliance.operation;

import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.resource.Resource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What an operation of this version does. */
enum OperationType {
  START("Start", Optional.of(Kind.START), "StartInProgress"),
  STOP("Stop", Optional.of(Kind.STOP), "StopInProgress"),
  RESTART("Restart", Optional.of(Kind.RESTART), "RestartInProgress"),
  /** To a node that is named; there is one node, so it always fails. */
  MIGRATE("Migrate", Optional.empty(), "MigrationPending"),
  /** To any other node; there is one node, so it always fails. */
  EVICT("Evict", Optional.empty(), "MigrationPending");

  private final String word;
  private final Optional<Kind> kind;
  private final String progress;

  OperationType(String word, Optional<Kind> kind, String progress) {
    this.word = word;
    this.kind = kind;
    this.progress = progress;
  }

  String word() {
    return word;
  }

  /** What the machine is asked for; empty for what it cannot do. */
  Optional<Kind> kind() {
    return kind;
  }

  /** Reason of the condition while it is under way. */
  String progress() {
    return progress;
  }

  static Optional<OperationType> read(JsonNode operation) {
    String word = operation.path("spec").path("type").asString("");
    for (OperationType type : values()) {
      if (type.word.equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static boolean forced(JsonNode operation) {
    return operation.path("spec").path("force").asBoolean(false);
  }

  static boolean finished(JsonNode operation) {
    return switch (operation.path("status").path("phase").asString("")) {
      case "Completed", "Failed", "Superseded" -> true;
      default -> false;
    };
  }

  static boolean about(Resource operation, String machine) {
    return operation
        .document()
        .path("spec")
        .path("virtualMachineName")
        .asString("")
        .equals(machine);
  }
}
