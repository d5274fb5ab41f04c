package cairn.hypervisor.libvirt;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.SerialStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serial ports as unix sockets that QEMU listens on. QEMU serves one client at a time and leaves a
 * second one waiting without a word, so who holds a port is counted here; nobody but us connects.
 */
final class SerialPorts {

  private final Map<MachineId, Semaphore> ports = new ConcurrentHashMap<>();

  SerialStream open(MachineId machine, Path socket, Duration patience) {
    Semaphore port = ports.computeIfAbsent(machine, _ -> new Semaphore(1, true));
    if (!acquired(port, patience)) {
      throw new HypervisorFault(
          Kind.REJECTED,
          "SerialPortBusy",
          "the serial port of machine " + machine + " is in use: close the other console first",
          null);
    }
    try {
      return new Stream(SocketChannel.open(UnixDomainSocketAddress.of(socket)), port);
    } catch (IOException refused) {
      port.release();
      throw new HypervisorFault(
          Kind.TRANSIENT,
          "SerialPortClosed",
          "the serial port of machine %s at %s does not answer: %s"
              .formatted(machine, socket, refused.getMessage()),
          refused);
    }
  }

  private static boolean acquired(Semaphore port, Duration patience) {
    try {
      return port.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static final class Stream implements SerialStream {

    private final SocketChannel channel;
    private final Semaphore port;
    private final AtomicBoolean closed = new AtomicBoolean();

    Stream(SocketChannel channel, Semaphore port) {
      this.channel = channel;
      this.port = port;
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
          port.release();
        }
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
