package cairn.appliance.server;

import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Where large files are handed in, at {@code /upload/<key>}: whoever knows the key needs no other
 * credential. Calls come on virtual threads.
 */
public interface FileDrop {

  /** Whether a file is awaited under this key, or on its way. */
  boolean awaits(String key);

  /**
   * Takes a file; returns when it is kept, or why not.
   *
   * @param length as the client promised it; empty if it did not
   * @param bytes the file as it comes; reads fail when the client is gone or sends nothing for long
   */
  Receipt take(String key, OptionalLong length, InputStream bytes);

  /** What became of a file. */
  enum Receipt {
    KEPT,
    /** Another one is on its way. */
    BUSY,
    /** None is awaited. */
    UNKNOWN,
    /** It could not be kept; the object it is for says why. */
    FAILED
  }
}
