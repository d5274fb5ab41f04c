package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Clients come and go as they like: that is no event for the log, least of all with a stack trace.
 */
class HangingUpTest {

  @TempDir private Path directory;
  private RunningApi api;
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();

  @BeforeEach
  void start() {
    api = new RunningApi(directory);
    written.start();
    root.addAppender(written);
  }

  @AfterEach
  void stop() {
    root.detachAppender(written);
    api.close();
  }

  @Test
  void whoHangsUpIsNotInTheLog() throws Exception {
    connect().close();
    speak("GET /healthz HTTP/1.0\r\n\r\n");
    abort("\u0016\u0003\u0001\u0002\u0000\u0001");
    try (SSLSocket believer = tls(new Anybody())) {
      believer.startHandshake();
      believer.setSoLinger(true, 0);
    }
    try (SSLSocket half = tls(new Anybody())) {
      half.getOutputStream().write("GET /api HT".getBytes(StandardCharsets.US_ASCII));
      half.setSoLinger(true, 0);
    }
    try (SSLSocket doubter = tls(null)) {
      assertThrows(SSLException.class, doubter::startHandshake);
    }

    // Closing waits for the connections, so what was to be written is written.
    api.close();

    assertEquals(
        List.of(),
        written.list.stream()
            .filter(event -> event.getThrowableProxy() != null)
            .map(event ->
                event.getLoggerName()
                    + ": "
                    + event.getFormattedMessage()
                    + " "
                    + event.getThrowableProxy().getClassName()
                    + event.getThrowableProxy().getMessage())
            .toList());
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), api.port());
  }

  private void speak(String words) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
      socket.getInputStream().readAllBytes();
    }
  }

  private void abort(String words) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoLinger(true, 0);
    }
  }

  private SSLSocket tls(@org.jspecify.annotations.Nullable TrustManager trust) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust == null ? null : new TrustManager[] {trust}, null);
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), api.port());
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
