package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordFilterTest {

  @Test
  void everyNameAndUidInATextMayBeHeld() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      String uid = new UUID(random.nextLong(), random.nextLong()).toString();
      String name = "vm-" + random.nextInt(1_000_000) + ".a";
      WordFilter filter =
          WordFilter.of(bytes("{\"name\":\"" + name + "\"}"), bytes("{\"" + uid + "\":{}}"));

      assertTrue(filter.mayHold(bytes(uid)));
      assertTrue(filter.mayHold(bytes(name)));
    }
  }

  @Test
  void mostTextsSayNoToAWordThatTheyDoNotHold() {
    String body =
        String.join(" ", IntStream.range(0, 100).mapToObj(each -> "some-word-" + each).toList());
    WordFilter filter = WordFilter.of(bytes(body));

    long maybe =
        IntStream.range(0, 1000).filter(each -> filter.mayHold(bytes("other-" + each))).count();

    assertTrue(maybe < 100, maybe + " of 1000");
  }

  @Test
  void aPartOfAWordIsNotTheWordAndWhatIsNoWordIsNotJudged() {
    WordFilter filter = WordFilter.of(bytes("\"hello-root\""));

    assertFalse(filter.mayHold(bytes("hello")));
    assertTrue(filter.mayHold(bytes("Hello World")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
