package cairn.appliance.stream;

import cairn.appliance.server.StreamEndpoint.Client;
import cairn.appliance.server.StreamEndpoint.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.function.Consumer;

/** Datagrams: each is one message, both ways. What is too large or refused is lost, as in UDP. */
final class UdpConnection extends ForwardedConnection {

  /** The most that fits into one datagram of IPv4. */
  private static final int LARGEST = 65_507;

  private final DatagramChannel channel;
  private final InetSocketAddress target;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  UdpConnection(InetSocketAddress target, Consumer<ForwardedConnection> onEnd) {
    this(opened(), target, onEnd);
  }

  private UdpConnection(
      DatagramChannel channel, InetSocketAddress target, Consumer<ForwardedConnection> onEnd) {
    super(channel, onEnd);
    this.channel = channel;
    this.target = target;
  }

  private static DatagramChannel opened() {
    try {
      return DatagramChannel.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no socket could be opened", e);
    }
  }

  @Override
  boolean connect() {
    try {
      channel.connect(target); // Only this guest's datagrams are taken from now on.
      return true;
    } catch (IOException e) {
      end(
          Ending.GONE,
          "UDP port %d of the guest cannot be reached: %s"
              .formatted(target.getPort(), e.getMessage()));
      return false;
    }
  }

  @Override
  void pump(Client to) throws InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
    while (true) {
      buffer.clear();
      try {
        channel.read(buffer);
        to.send(Arrays.copyOf(buffer.array(), buffer.position()));
      } catch (PortUnreachableException e) {
        // Nobody listens there now; that may change.
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        end(Ending.GONE, "the guest cannot be reached: " + e.getMessage());
        return;
      }
    }
  }

  @Override
  public void received(byte[] bytes, boolean endsMessage) {
    if (message.size() <= LARGEST) {
      message.writeBytes(bytes);
    }
    if (!endsMessage) {
      return;
    }
    ByteBuffer datagram = ByteBuffer.wrap(message.toByteArray());
    message.reset();
    if (datagram.remaining() > LARGEST) {
      return;
    }
    try {
      channel.write(datagram);
    } catch (PortUnreachableException e) {
      // That is about an earlier one.
    } catch (IOException e) {
      end(Ending.GONE, "the guest cannot be reached: " + e.getMessage());
    }
  }
}
