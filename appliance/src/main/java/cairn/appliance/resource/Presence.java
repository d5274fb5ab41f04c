package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.store.ResourceStore;
import java.util.function.Supplier;

/** Changes an object, or makes it where there is none. */
final class Presence {

  /** The object may come and go between the look for it and the write. */
  private static final int ATTEMPTS = 4;

  private final ResourceStore store;

  Presence(ResourceStore store) {
    this.store = store;
  }

  /** Either may be asked more than once. */
  Written write(Target target, Supplier<Written> change, Supplier<Written> create) {
    for (int attempt = 1; ; attempt++) {
      try {
        return store.get(target.key()).isPresent() ? change.get() : create.get();
      } catch (Refusal refusal) {
        if (!moved(target, refusal) || attempt == ATTEMPTS) {
          throw refusal;
        }
      }
    }
  }

  private static boolean moved(Target target, Refusal refusal) {
    boolean otherwise =
        refusal.reason() == Reason.NOT_FOUND || refusal.reason() == Reason.ALREADY_EXISTS;
    return otherwise
        && refusal.subject().name().equals(target.name())
        && refusal.subject().kind().equals(target.kind().plural())
        && target.kind().verbs().contains("create");
  }
}
