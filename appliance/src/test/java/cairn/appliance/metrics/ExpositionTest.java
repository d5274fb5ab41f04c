package cairn.appliance.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.Stored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpositionTest {

  @TempDir private Path directory;

  @Test
  void theFiguresOfTheStoreAreThere() throws Exception {
    try (H2ResourceStore store = H2ResourceStore.open(directory)) {
      Exposition exposition = new Exposition(store);
      Watch watch = store.watch(new Selection("disks", "", ""), store.revision());
      Stored made =
          store.create(
              new Key("disks", "default", "a"),
              UUID.randomUUID(),
              _ -> new Content(new byte[100], new byte[11]));
      store.replace(made.key(), made.revision(), _ -> new Content(new byte[200], new byte[11]));

      Map<String, Double> figures = read(exposition);

      assertEquals(2, figures.get("cairn_store_writes_total"));
      assertEquals(0, figures.get("cairn_store_write_failures_total"));
      assertEquals(0, figures.get("cairn_store_rotations_total"));
      assertEquals(1, figures.get("cairn_store_objects"));
      assertEquals(211, figures.get("cairn_store_document_bytes"));
      assertEquals(2, figures.get("cairn_store_history_changes"));
      assertEquals(1, figures.get("cairn_store_watchers"));
      assertEquals(0, figures.get("cairn_store_watchers_cut_total"));
      assertEquals(1, figures.get("cairn_store_writable"));
      assertEquals(
          Files.size(directory.resolve("objects.mv.db")),
          figures.getOrDefault("cairn_store_file_bytes", 0.0).longValue());
      assertEquals(2, figures.get("cairn_store_write_seconds_count"));
      assertEquals(2, figures.get("cairn_store_write_seconds_bucket{le=\"+Inf\"}"));
      assertTrue(
          figures.getOrDefault("cairn_store_write_seconds_sum", 0.0) > 0, figures.toString());
      assertTrue(figures.getOrDefault("cairn_store_room_bytes", 0.0) > 0, figures.toString());
      assertTrue(
          figures.getOrDefault("process_resident_memory_bytes", 0.0) > 0, figures.toString());

      watch.close();
      assertEquals(0, read(exposition).get("cairn_store_watchers"));
    }
  }

  private static Map<String, Double> read(Exposition exposition) {
    Map<String, Double> figures = new TreeMap<>();
    new String(exposition.text(), UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          figures.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
    return figures;
  }
}
