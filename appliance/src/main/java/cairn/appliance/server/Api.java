package cairn.appliance.server;

/** Answers requests; knows nothing of Netty or Micronaut. Blocks; any thread may call. */
@FunctionalInterface
interface Api {

  /** Never throws: whatever goes wrong is an answer too. */
  Answer answer(Request request);
}
