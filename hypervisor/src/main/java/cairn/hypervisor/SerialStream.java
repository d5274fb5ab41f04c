package cairn.hypervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A serial port held open: one reader and one writer thread may use it at the same time. */
public interface SerialStream extends AutoCloseable {

  /** What the guest prints; ends when the instance ends. */
  InputStream fromGuest();

  OutputStream toGuest();

  @Override
  void close() throws IOException;
}
