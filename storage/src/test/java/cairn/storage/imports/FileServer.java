package cairn.storage.imports;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
