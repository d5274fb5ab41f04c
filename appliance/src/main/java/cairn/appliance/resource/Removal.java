package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.schema.Kind;
import java.util.UUID;

/** The answer to a deletion. */
public sealed interface Removal {

  /**
   * Finalizers hold the object; it is answered as it stands now.
   *
   * @param document UTF-8 JSON ready to be sent; shared, nobody may change it
   */
  @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
  record Held(byte[] document) implements Removal {
    public Held {
      requireNonNull(document, "document is null");
    }
  }

  /** The object is gone: a {@code Status} Success with these details is the answer. */
  record Gone(Kind kind, String name, UUID uid) implements Removal {
    public Gone {
      requireNonNull(kind, "kind is null");
      requireNonNull(name, "name is null");
      requireNonNull(uid, "uid is null");
    }
  }
}
