package cairn.appliance.server;

import java.util.Optional;

/** Answers requests; knows nothing of Netty or Micronaut. Any thread may call. */
@FunctionalInterface
interface Api {

  /** Never throws: whatever goes wrong is an answer too. Blocks. */
  Answer answer(Request request);

  /**
   * The answer, if it only has to be looked up in memory; for threads that must not be held up.
   * Never throws and never blocks.
   *
   * @param request without its body
   */
  default Optional<Answer> atOnce(Request request) {
    return Optional.empty();
  }

  /**
   * What takes the body of a request that may be larger than memory, as it comes; empty for all
   * other requests. Never throws and never blocks.
   *
   * @param request without its body
   */
  default Optional<Intake> intake(Request request) {
    return Optional.empty();
  }
}
