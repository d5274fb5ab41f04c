package cairn.appliance.store;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.UUID;

/**
 * An object as the store holds it. The arrays are shared, not copied: nobody may change them.
 *
 * @param document what clients see, UTF-8 JSON
 * @param privateDocument what only the service sees (claims, last applied spec), UTF-8 JSON; empty
 *     array for none
 * @param words of both
 */
@SuppressWarnings(
    "ArrayRecordComponent") // Bytes pass through untouched; copies would cost 10 times.
public record Stored(
    Key key,
    UUID uid,
    Revision revision,
    byte[] document,
    byte[] privateDocument,
    WordFilter words) {

  public Stored(Key key, UUID uid, Revision revision, byte[] document, byte[] privateDocument) {
    this(key, uid, revision, document, privateDocument, WordFilter.of(document, privateDocument));
  }

  public Stored {
    requireNonNull(key, "key is null");
    requireNonNull(uid, "uid is null");
    requireNonNull(revision, "revision is null");
    requireNonNull(document, "document is null");
    requireNonNull(privateDocument, "privateDocument is null");
    requireNonNull(words, "words is null");
  }

  /**
   * Whether a name or UID stands in either document, as a word of its own.
   *
   * @param word in UTF-8
   */
  public boolean mentions(byte[] word) {
    return words.mayHold(word) && (holds(document, word) || holds(privateDocument, word));
  }

  private static boolean holds(byte[] text, byte[] sought) {
    int last = text.length - sought.length;
    for (int at = 0; at <= last; at++) {
      if (text[at] == sought[0]
          && Arrays.equals(text, at, at + sought.length, sought, 0, sought.length)) {
        return true;
      }
    }
    return false;
  }
}
