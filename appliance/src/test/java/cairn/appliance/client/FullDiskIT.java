package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import cairn.appliance.resource.Bench;
import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.LoopFileSystem;
import cairn.appliance.store.Retention;
import cairn.appliance.store.StoreLimits;
import cairn.appliance.store.UptimeClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The disk of the store fills up, for real, under a service that is asked over HTTP. */
@Timeout(120)
final class FullDiskIT {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final long MEBIBYTE = 1L << 20;

  @TempDir private Path temporary;
  private int changes;

  @Test
  void writesAreRefusedInTimeWhileReadsAndWatchesGoOn() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, "ext4", 160 * MEBIBYTE);
        RunningApi api =
            new RunningApi(temporary, H2ResourceStore.open(disk.root().resolve("store")));
        HttpClient client = api.admin(HttpClient.Version.HTTP_2);
        BufferedReader watch = watch(api, client)) {
      assertEquals(201, create(api, "a").code());
      assertEquals("ADDED a", next(watch));
      assertEquals(200, api.get("/readyz").code());

      // Nothing new, but what is there can be changed and deleted.
      fill(disk.root().resolve("filler"), 40 * MEBIBYTE);
      refused(create(api, "b"), "needs 64 MiB");
      assertEquals(200, change(api, "a").code());
      assertEquals("MODIFIED a", next(watch));
      notReady(api);

      fill(disk.root().resolve("more filler"), 8 * MEBIBYTE);
      refused(change(api, "a"), "needs 16 MiB");
      assertEquals(200, api.get(MAPS + "/a").code());
      assertEquals("a", api.get(MAPS).at("/items/0/metadata/name").asString());
      notReady(api);

      Files.delete(disk.root().resolve("filler"));
      Files.delete(disk.root().resolve("more filler"));
      assertEquals(200, api.get("/readyz").code());
      assertEquals(201, create(api, "b").code());
      assertEquals("ADDED b", next(watch));
    }
  }

  @Test
  void whatMakesRoomIsTakenByADiskThatIsFullToTheLastByte() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, "ext4", 160 * MEBIBYTE);
        RunningApi api =
            new RunningApi(temporary, H2ResourceStore.open(disk.root().resolve("store")))) {
      for (int i = 0; i < 40; i++) {
        assertEquals(201, create(api, "a" + i).code());
      }
      assertEquals(201, create(api, "held").code());
      assertEquals(200, api.merge(MAPS + "/held", "{'metadata':{'finalizers':['a.io/x']}}").code());

      fill(disk.root().resolve("filler"), 0);

      refused(change(api, "a0"), "needs 16 MiB");
      for (int i = 0; i < 40; i++) {
        assertEquals(200, api.delete(MAPS + "/a" + i).code(), "a" + i);
      }
      Reply waiting = api.delete(MAPS + "/held");
      assertEquals(200, waiting.code(), waiting.toString());
      assertTrue(waiting.body().contains("deletionTimestamp"), waiting.toString());
      Reply letGo = api.merge(MAPS + "/held", "{'metadata':{'finalizers':null}}");
      assertEquals(200, letGo.code(), letGo.toString());
      assertEquals(404, api.get(MAPS + "/held").code());
      // What was held back is not for others.
      refused(create(api, "b"), "needs 64 MiB");
      notReady(api);

      Files.delete(disk.root().resolve("filler"));
      assertEquals(201, create(api, "b").code());
      assertEquals(16 * MEBIBYTE, Files.size(disk.root().resolve("store/reserve")));
    }
  }

  @Test
  void aDiskThatIsFullInTheMiddleOfAWriteIsGoneOnWithOnceThereIsRoom() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, "ext4", 48 * MEBIBYTE);
        RunningApi api = new RunningApi(temporary, reckless(disk.root().resolve("store")));
        HttpClient client = api.admin(HttpClient.Version.HTTP_2);
        BufferedReader watch = watch(api, client)) {
      assertEquals(201, create(api, "a").code());
      assertEquals("ADDED a", next(watch));
      fill(disk.root().resolve("filler"), 300 << 10);

      Reply last = create(api, "b0");
      for (int each = 1; last.code() == 201; each++) {
        next(watch);
        last = create(api, "b" + each);
      }

      refused(last, "is full");
      assertEquals(200, api.get(MAPS + "/a").code());
      notReady(api);
      Files.delete(disk.root().resolve("filler"));
      Bench.await("ready again", () -> api.get("/readyz").code() == 200);
      assertEquals(201, create(api, "c").code());
      assertEquals("ADDED c", next(watch));
    }
  }

  /** No caution at all: H2 is let run into the wall. */
  private static H2ResourceStore reckless(Path directory) {
    return H2ResourceStore.open(
        directory,
        new StoreLimits(64 * MEBIBYTE, 0, 0, 0),
        Retention.STANDARD,
        UptimeClock.system());
  }

  private static Reply create(RunningApi api, String name) {
    return api.post(
        MAPS, "{'metadata':{'name':'" + name + "'},'data':{'a':'" + "x".repeat(2_000) + "'}}");
  }

  /** Never the same twice: a change of nothing is not written, and so not refused. */
  private Reply change(RunningApi api, String name) {
    changes++;
    return api.merge(MAPS + "/" + name, "{'data':{'b':'" + changes + "'}}");
  }

  private static void refused(Reply reply, String words) {
    assertEquals(503, reply.code(), reply.toString());
    assertEquals("Status", reply.at("/kind").asString(), reply.toString());
    assertEquals("ServiceUnavailable", reply.at("/reason").asString(), reply.toString());
    assertEquals("configmaps", reply.at("/details/kind").asString(), reply.toString());
    assertTrue(reply.at("/message").asString().contains(words), reply.toString());
    assertTrue(reply.at("/message").asString().contains("make room"), reply.toString());
  }

  private static void notReady(RunningApi api) {
    Reply ready = api.get("/readyz");
    assertEquals(500, ready.code());
    assertTrue(ready.body().contains("[-]store failed: the disk of the store"), ready.body());
    assertEquals(200, api.get("/livez").code());
    assertTrue(api.get("/metrics").body().contains("\ncairn_store_writable 0.0\n"));
  }

  private static BufferedReader watch(RunningApi api, HttpClient client) throws Exception {
    String since = api.get(MAPS).at("/metadata/resourceVersion").asString();
    return new BufferedReader(
        new InputStreamReader(
            api.watch(client, MAPS + "?watch=true&resourceVersion=" + since), UTF_8));
  }

  private static String next(BufferedReader watch) throws IOException {
    JsonNode event = JsonMapper.shared().readTree(watch.readLine());
    return event.path("type").asString() + " " + event.at("/object/metadata/name").asString();
  }

  private static void fill(Path file, long leave) throws IOException {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(file).getUsableSpace() > leave + block.length) {
        out.write(block);
        out.flush();
      }
    }
  }
}
