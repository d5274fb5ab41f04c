package cairn.appliance.cli;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The question whether somebody else's console or screen is taken over. */
final class Takeover {

  private static final String REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

  private Takeover() {}

  /**
   * Who holds the stream, if it is somebody else.
   *
   * @throws Failure if there is no such machine
   */
  static Optional<Holder> holder(MachineStream machine, String stream) {
    JsonNode probe;
    try {
      probe = machine.client().get(machine.path(stream) + "?probe=true", ApiClient.JSON);
    } catch (ApiClient.NotFound e) {
      throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
    }
    String holder = probe.path("holder").asString("");
    if (holder.isEmpty() || holder.equals(self(machine.client()))) {
      return Optional.empty();
    }
    return Optional.of(
        new Holder(
            holder, probe.path("startTime").asString("?"), probe.path("client").asString("?")));
  }

  private static String self(ApiClient client) {
    ObjectNode review = Documents.JSON.createObjectNode();
    review.put("apiVersion", "authentication.k8s.io/v1").put("kind", "SelfSubjectReview");
    return client
        .send("POST", REVIEWS, ApiClient.JSON, Optional.of(review))
        .path("status")
        .path("userInfo")
        .path("username")
        .asString("");
  }

  /** Somebody else, since when, and with which program. */
  record Holder(String name, String since, String client) {

    @Override
    public String toString() {
      return "held by %s since %s with %s".formatted(name, since, client);
    }
  }
}
