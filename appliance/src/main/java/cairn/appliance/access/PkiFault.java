package cairn.appliance.access;

/** Certificates or keys cannot be made, read or written. The message says which and what to do. */
public final class PkiFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PkiFault(String message, Throwable cause) {
    super(message, cause);
  }
}
