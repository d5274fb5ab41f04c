package cairn.hypervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A port of a machine held open, its serial line or its screen: one reader and one writer thread
 * may use it at the same time. Closing it from a third ends both: the reader sees the end of the
 * stream, the writer an {@link IOException}.
 */
public interface GuestStream extends AutoCloseable {

  /** What comes from the guest; ends when the instance ends. */
  InputStream fromGuest();

  OutputStream toGuest();

  @Override
  void close() throws IOException;
}
