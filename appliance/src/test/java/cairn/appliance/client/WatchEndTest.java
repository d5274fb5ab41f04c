package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.resource.Bench;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Every watch ends: with its client, and with the service. */
@Timeout(60)
final class WatchEndTest {

  private static final String WATCH = CORE + "/namespaces?watch=true";

  @TempDir private Path directory;

  @Test
  void aClientThatLeavesTakesItsWatchAlong() throws Exception {
    try (RunningApi api = new RunningApi(directory)) {
      for (HttpClient.Version version :
          List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
        // Leaves the one stream.
        HttpClient client = api.admin(version);
        InputStream body = api.watch(client, WATCH);
        body.read();
        assertEquals(1, api.watches(), version.name());
        body.close();
        Bench.await("the watch of a closed stream ended, " + version, () -> api.watches() == 0);

        // Drops the connection, as a killed process does.
        api.watch(client, WATCH).read();
        assertEquals(1, api.watches(), version.name());
        client.shutdownNow();
        Bench.await("the watch of a lost connection ended, " + version, () -> api.watches() == 0);
      }
    }
  }

  @Test
  void aStopEndsWatchesQuietly() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("cairn");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      for (HttpClient.Version version :
          List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
        RunningApi api = new RunningApi(directory);
        HttpClient client = api.admin(version);
        try (api) {
          api.watch(client, WATCH).read();
        }
        Bench.await("the watch ended", () -> api.watches() == 0);
        client.shutdownNow();
      }
    } finally {
      logger.detachAppender(log);
    }

    assertEquals(List.of(), log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }
}
