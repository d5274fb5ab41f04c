package cairn.appliance.server;

import java.util.Map;
import java.util.Optional;

/** What the service says about itself. Any thread; must not block. */
@FunctionalInterface
public interface Health {

  /** Checks by name, in order: empty if fine, else what is wrong. */
  Map<String, Optional<String>> checks();
}
