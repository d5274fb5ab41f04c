package cairn.network;

import java.util.List;

/**
 * What of a network does not work as it should, in sentences for people. Empty is healthy.
 *
 * @param concerns most severe first
 */
public record NetworkHealth(List<Concern> concerns) {

  public NetworkHealth {
    concerns = List.copyOf(concerns);
  }

  /**
   * One thing that is missing or in the way.
   *
   * @param reason stable word in CamelCase, fit for a condition
   * @param message what is the matter, what follows from it, and the remedy
   */
  public record Concern(String reason, String message) {}
}
