package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two hundred watchers of a thousand changes, and one that stopped reading. */
@Timeout(300)
final class WatchersIT {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final int CONNECTIONS = 4;
  private static final int WATCHERS = 200;
  private static final int CHANGES = 1_000;

  /** A thousand of them fill the buffers of a connection that nobody reads. */
  private static final String FILLING = "x".repeat(1_000);

  @Test
  void everyWatcherSeesEveryChangeOnceAndInOrder(@TempDir Path directory) throws Exception {
    List<HttpClient> clients = new ArrayList<>();
    try (RunningApi api = new RunningApi(directory);
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      String since = api.get(MAPS).at("/metadata/resourceVersion").asString();
      String watch = MAPS + "?watch=true&resourceVersion=" + since;
      HttpClient sleeper = api.admin(HttpClient.Version.HTTP_1_1);
      api.watch(sleeper, watch);
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(api.admin(HttpClient.Version.HTTP_2));
      }
      List<Future<List<Long>>> seen = new ArrayList<>();
      for (int i = 0; i < WATCHERS; i++) {
        HttpClient client = clients.get(i % CONNECTIONS);
        seen.add(readers.submit(() -> revisions(api, client, watch)));
      }
      Bench.await("all watch", () -> api.watches() == WATCHERS + 1);

      Set<Long> written = write(api);

      for (Future<List<Long>> watcher : seen) {
        List<Long> revisions = watcher.get(200, TimeUnit.SECONDS);
        assertEquals(CHANGES, revisions.size());
        // Equal to the sorted set of what was written: none lost, none twice, in order.
        assertEquals(List.copyOf(written), revisions);
      }
      clients.forEach(HttpClient::shutdownNow);
      sleeper.shutdownNow();
      Bench.await("no watch is left", () -> api.watches() == 0);
    }
  }

  private static Set<Long> write(RunningApi api) {
    Set<Long> written = new TreeSet<>();
    for (int i = 0; i < CHANGES; i++) {
      RunningApi.Reply reply =
          api.post(MAPS, "{'metadata':{'name':'m-" + i + "'},'data':{'a':'" + FILLING + "'}}");
      assertEquals(201, reply.code(), reply.toString());
      assertTrue(written.add(reply.at("/metadata/resourceVersion").asLong()));
    }
    return written;
  }

  /** Of all changes, as one watcher sees them. */
  private static List<Long> revisions(RunningApi api, HttpClient client, String watch) {
    List<Long> revisions = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(api.watch(client, watch), UTF_8))) {
      while (revisions.size() < CHANGES) {
        JsonNode event = JsonMapper.shared().readTree(lines.readLine());
        assertEquals("ADDED", event.path("type").asString(), event.toString());
        revisions.add(event.at("/object/metadata/resourceVersion").asLong());
      }
      return revisions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
