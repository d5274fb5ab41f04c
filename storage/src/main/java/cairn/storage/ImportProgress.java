package cairn.storage;

import java.util.OptionalLong;

/** Hears how far an import is. */
@FunctionalInterface
public interface ImportProgress {

  /**
   * @param transferred bytes received so far; never goes back
   * @param expected bytes in all, where the source says so
   */
  void transferred(long transferred, OptionalLong expected);
}
