package cairn.appliance.operation;

import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.resource.Resource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What an operation of this version does. */
enum OperationType {
  START("Start", Kind.START, "StartInProgress"),
  STOP("Stop", Kind.STOP, "StopInProgress"),
  RESTART("Restart", Kind.RESTART, "RestartInProgress");

  private final String word;
  private final Kind kind;
  private final String progress;

  OperationType(String word, Kind kind, String progress) {
    this.word = word;
    this.kind = kind;
    this.progress = progress;
  }

  String word() {
    return word;
  }

  Kind kind() {
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
