package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.schema.CrdKinds;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RulesTest {

  @Test
  void everyKindThatIsStoredAsAnotherSaysHow() {
    Set<String> stored =
        CrdKinds.load().served().stream()
            .filter(kind -> !kind.storedAsItIs() && kind.verbs().contains("get"))
            .map(kind -> kind.apiVersion() + "/" + kind.kind())
            .collect(Collectors.toSet());

    assertEquals(stored, Controllers.rules().conversions().keySet());
  }
}
