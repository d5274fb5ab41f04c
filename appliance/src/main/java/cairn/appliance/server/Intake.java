package cairn.appliance.server;

import java.io.InputStream;
import java.util.OptionalLong;

/** Takes the body of one request as it comes. Blocks; called on a virtual thread. */
@FunctionalInterface
interface Intake {

  /**
   * Never throws: whatever goes wrong is an answer too.
   *
   * @param length as the client promised it; empty if it did not
   * @param body reads fail when the client is gone or sends nothing for long; what is not read is
   *     thrown away
   */
  Answer take(OptionalLong length, InputStream body);
}
