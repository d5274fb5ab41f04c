package cairn.appliance.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class StoreReaderTest {

  private static final Selection DISKS = new Selection(ResourceNames.DISKS, "default", "");

  private final Bench bench = new Bench();

  @Test
  void aWordIsFoundInWhatIsShownAndInWhatIsPrivate() {
    bench.createDisk("shown");
    bench.createDisk("private");
    bench.createDisk("other");
    String word = UUID.randomUUID().toString();
    bench.patchDisk("shown", "{'metadata':{'labels':{'about':'" + word + "'}}}");
    bench
        .engine
        .resources("tester")
        .amend(
            bench.reader().get(new Key(ResourceNames.DISKS, "default", "private")).orElseThrow(),
            object -> {
              object.privateDocument().putObject("claims").putObject(word);
              return object;
            });

    assertEquals(List.of("private", "shown"), names(word));
    assertEquals(List.of(), names(word + "-and-more"));
  }

  private List<String> names(String word) {
    return bench.reader().mentioning(word, DISKS).stream().map(Resource::name).toList();
  }
}
