package cairn.appliance.server;

import java.util.Optional;

/** Frames of one stream. One thread takes and may be interrupted; any thread may close. */
interface FrameSource extends AutoCloseable {

  /** The next frame, waiting as long as it takes; empty at the end of the stream. */
  Optional<byte[]> next() throws InterruptedException;

  @Override
  void close();
}
