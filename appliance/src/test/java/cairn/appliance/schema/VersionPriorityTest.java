package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VersionPriorityTest {

  @Test
  void prefersWhatIsFinishedThenWhatIsNewer() {
    List<String> inOrder =
        List.of(
            "v10",
            "v2",
            "v1",
            "v11beta2",
            "v10beta3",
            "v3beta1",
            "v12alpha1",
            "v11alpha2",
            "v1alpha3",
            "v1alpha2",
            "foo1",
            "foo10",
            "v1gamma1");
    List<String> shuffled = new ArrayList<>(inOrder);
    Collections.shuffle(shuffled, new Random(7));

    shuffled.sort(VersionPriority.PREFERRED_FIRST);

    assertEquals(inOrder, shuffled);
  }
}
