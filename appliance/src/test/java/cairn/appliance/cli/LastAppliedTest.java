package cairn.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class LastAppliedTest {

  @Test
  void applyingTheSameManifestAgainChangesNothing() {
    ObjectNode manifest = tree("{metadata: {name: a}, spec: {cores: 1}}");
    ObjectNode present = LastApplied.recordedIn(manifest);
    present.put("status", "Running");

    assertEquals(present, LastApplied.merged(LastApplied.recordedIn(manifest), present));
  }

  @Test
  void whatTheManifestNoLongerNamesIsRemoved() {
    ObjectNode present =
        LastApplied.recordedIn(tree("{metadata: {name: a}, spec: {cores: 1, osType: Windows}}"));

    ObjectNode merged =
        LastApplied.merged(
            LastApplied.recordedIn(tree("{metadata: {name: a}, spec: {cores: 2}}")), present);

    assertEquals(tree("{cores: 2}"), merged.path("spec"));
  }

  @Test
  void whatOthersAddedStays() {
    ObjectNode present = LastApplied.recordedIn(tree("{metadata: {name: a}, spec: {cores: 1}}"));
    present.withObjectProperty("spec").put("runPolicy", "AlwaysOn");

    ObjectNode merged =
        LastApplied.merged(
            LastApplied.recordedIn(tree("{metadata: {name: a}, spec: {cores: 2}}")), present);

    assertEquals(tree("{cores: 2, runPolicy: AlwaysOn}"), merged.path("spec"));
  }

  @Test
  void theRecordDoesNotContainItself() {
    ObjectNode once = LastApplied.recordedIn(tree("{metadata: {name: a}}"));
    ObjectNode twice = LastApplied.recordedIn(once);

    assertEquals(once, twice);
    assertFalse(once.toString().contains("\\\\\\\\"));
  }

  private static ObjectNode tree(String yaml) {
    return (ObjectNode) Documents.one(yaml);
  }
}
