package cairn.appliance.store;

import static java.util.Objects.requireNonNull;

/**
 * Whether a store takes writes, and if not, why, in words for a person. Reads go on in any case.
 */
public sealed interface Writability {

  /** Writes are taken. */
  record Open() implements Writability {}

  /** The disk has too little room for some writes or for all; ends by itself once there is room. */
  record Full(String why) implements Writability {
    public Full {
      requireNonNull(why, "why is null");
    }
  }

  /** The disk fails or does not answer; the store goes on trying. */
  record Failing(String why) implements Writability {
    public Failing {
      requireNonNull(why, "why is null");
    }
  }

  /** Nothing will be written any more; only a new start helps. */
  record Ended(String why) implements Writability {
    public Ended {
      requireNonNull(why, "why is null");
    }
  }
}
