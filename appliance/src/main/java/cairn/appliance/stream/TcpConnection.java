package cairn.appliance.stream;

import cairn.appliance.server.StreamEndpoint.Client;
import cairn.appliance.server.StreamEndpoint.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** A TCP connection: the guest's end of stream is the client's, by code 1000. */
final class TcpConnection extends ForwardedConnection {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CHUNK = 16 << 10;

  private final SocketChannel channel;
  private final InetSocketAddress target;

  TcpConnection(InetSocketAddress target, Consumer<ForwardedConnection> onEnd) {
    this(opened(), target, onEnd);
  }

  private TcpConnection(
      SocketChannel channel, InetSocketAddress target, Consumer<ForwardedConnection> onEnd) {
    super(channel, onEnd);
    this.channel = channel;
    this.target = target;
  }

  private static SocketChannel opened() {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException("no socket could be opened", e);
    }
  }

  @Override
  boolean connect() {
    try {
      channel.socket().connect(target, Math.toIntExact(PATIENCE.toMillis()));
      return true;
    } catch (SocketTimeoutException e) {
      end(Ending.GONE, "TCP port %d of the guest does not answer".formatted(target.getPort()));
    } catch (ConnectException e) {
      end(
          Ending.GONE,
          "connection refused: nothing listens on TCP port %d of the guest"
              .formatted(target.getPort()));
    } catch (IOException e) {
      end(
          Ending.GONE,
          "TCP port %d of the guest cannot be reached: %s"
              .formatted(target.getPort(), e.getMessage()));
    }
    return false;
  }

  @Override
  void pump(Client to) throws InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    try {
      while (channel.read(buffer) >= 0) {
        to.send(Arrays.copyOf(buffer.array(), buffer.position()));
        buffer.clear();
      }
      end(Ending.NORMAL, "");
    } catch (IOException e) {
      end(Ending.GONE, "the guest broke the connection: " + e.getMessage());
    }
  }

  @Override
  public void received(byte[] bytes, boolean endsMessage) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      end(Ending.GONE, "the guest takes no more: " + e.getMessage());
    }
  }
}
