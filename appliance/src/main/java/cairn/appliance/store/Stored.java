package cairn.appliance.store;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * An object as the store holds it. The arrays are shared, not copied: nobody may change them.
 *
 * @param document what clients see, UTF-8 JSON
 * @param privateDocument what only the service sees (claims, last applied spec), UTF-8 JSON; empty
 *     array for none
 */
@SuppressWarnings(
    "ArrayRecordComponent") // Bytes pass through untouched; copies would cost 10 times.
public record Stored(
    Key key, UUID uid, Revision revision, byte[] document, byte[] privateDocument) {

  public Stored {
    requireNonNull(key, "key is null");
    requireNonNull(uid, "uid is null");
    requireNonNull(revision, "revision is null");
    requireNonNull(document, "document is null");
    requireNonNull(privateDocument, "privateDocument is null");
  }
}
