package cairn.storage.imports;

import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import org.jspecify.annotations.Nullable;

/** The two ways in which an import usually fails. */
final class Refused {

  private Refused() {}

  /** Whoever asked must ask otherwise. */
  static StorageFault forGood(String reason, String message) {
    return forGood(reason, message, null);
  }

  static StorageFault forGood(String reason, String message, @Nullable Throwable cause) {
    return new StorageFault(Kind.REJECTED, reason, message, cause);
  }

  /** The same request may work later. */
  static StorageFault forNow(String reason, String message, @Nullable Throwable cause) {
    return new StorageFault(Kind.TRANSIENT, reason, message, cause);
  }
}
