package cairn.hypervisor.libvirt;

import cairn.hypervisor.GuestStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connected socket of QEMU as a stream. */
final class SocketStream implements GuestStream {

  private final SocketChannel channel;
  private final Runnable afterClosing;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param afterClosing run once, when the channel is closed
   */
  SocketStream(SocketChannel channel, Runnable afterClosing) {
    this.channel = channel;
    this.afterClosing = afterClosing;
  }

  @Override
  public InputStream fromGuest() {
    return new FromGuest(channel);
  }

  @Override
  public OutputStream toGuest() {
    return new ToGuest(channel);
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      try {
        channel.close();
      } finally {
        afterClosing.run();
      }
    }
  }

  /** The JDK's own streams of a channel may share one lock between reader and writer. */
  private static final class FromGuest extends InputStream {

    private final SocketChannel channel;

    FromGuest(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
      } catch (AsynchronousCloseException closedMeanwhile) {
        return -1;
      } catch (ClosedChannelException closedBefore) {
        return -1;
      }
    }
  }

  private static final class ToGuest extends OutputStream {

    private final SocketChannel channel;

    ToGuest(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
  }
}
