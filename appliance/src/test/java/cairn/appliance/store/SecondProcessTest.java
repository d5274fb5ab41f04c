package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services on one directory, for example started by two people. */
class SecondProcessTest {

  @TempDir Path temporary = Path.of("");

  @Test
  void aSecondProcessIsRefusedAndTheFirstGoesOn() throws Exception {
    try (H2ResourceStore store = H2ResourceStore.open(temporary)) {
      Process second = WritingProcess.start(temporary, 1 << 20, 1, 10);
      String output = new String(second.getErrorStream().readAllBytes(), UTF_8);

      assertEquals(1, second.waitFor(), output);
      assertTrue(
          output.contains(
              "The store in %s is in use by another process; stop that one first"
                  .formatted(temporary)),
          output);
      Key key = new Key("disks", "default", "root");
      store.create(key, UUID.randomUUID(), StoreChild.draft(key));
    }
  }
}
