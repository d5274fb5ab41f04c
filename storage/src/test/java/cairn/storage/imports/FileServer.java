package cairn.storage.imports;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on loopback that answers as told. */
public final class FileServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);

  public FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  public URI serve(String path, byte[] content) {
    return answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
          }
        });
  }

  /** Without saying the length before. */
  public URI serveChunked(String path, byte[] content) {
    return answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(content);
          }
        });
  }

  /** Promises more than it sends. */
  public URI serveShort(String path, byte[] content, long promised) {
    return answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, promised);
          exchange.getResponseBody().write(content);
          exchange.getResponseBody().flush();
          exchange.close();
        });
  }

  /** Sends a beginning and then nothing until the test is over. */
  public URI serveAndStall(String path, byte[] beginning) {
    return answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, beginning.length + 1L);
          exchange.getResponseBody().write(beginning);
          exchange.getResponseBody().flush();
          closingAwaited();
        });
  }

  /**
   * Breaks the first connections off after some bytes each; goes on where it is asked to.
   *
   * @param tags what the file is called at each connection; the last one stays
   */
  public URI serveBroken(String path, byte[] content, int piece, List<String> tags) {
    AtomicInteger connections = new AtomicInteger();
    return answer(
        path,
        exchange -> {
          String tag = tags.get(Math.min(connections.getAndIncrement(), tags.size() - 1));
          int from = resumed(exchange, tag);
          exchange.getResponseHeaders().add("ETag", tag);
          if (from > 0) {
            exchange
                .getResponseHeaders()
                .add(
                    "Content-Range",
                    "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
          }
          exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
          exchange.getResponseBody().write(content, from, Math.min(piece, content.length - from));
          exchange.getResponseBody().flush();
          exchange.close();
        });
  }

  /** Where the client's part begins; 0 if it wants, or must get, the whole. */
  private static int resumed(HttpExchange exchange, String tag) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean same = tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    return range == null || !same ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
  }

  public URI redirect(String path, String target) {
    return answer(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", target);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  public URI status(String path, int status) {
    return answer(path, exchange -> exchange.sendResponseHeaders(status, -1));
  }

  private URI answer(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
    return url(path);
  }

  private void closingAwaited() throws IOException {
    try {
      closing.await();
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }
}
