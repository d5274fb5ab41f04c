package cairn.appliance.store;

/**
 * The store cannot be opened or written as it is. The message names the file and what a person can
 * do about it.
 */
public final class StoreUnusable extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoreUnusable(String message) {
    super(message);
  }

  public StoreUnusable(String message, Throwable cause) {
    super(message, cause);
  }
}
