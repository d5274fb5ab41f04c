package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTreeTest {

  @Test
  void anAliasMayStandBesideWhatItNames() {
    assertEquals(
        "{\"a\":[1],\"b\":[1],\"c\":[1]}", YamlTree.read("a: &x [1]\nb: *x\nc: *x\n").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: &a [*a]", "a: &a [*a, *a]", "&a {b: {c: *a}}"})
  void anAliasOfWhatItStandsInIsRefused(String text) {
    String why =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> YamlTree.read(text)).getMessage());

    assertTrue(why.contains("an alias of what it stands in"), why);
  }

  @Test
  void whatIsTooDeepIsRefused() {
    String deep = "[".repeat(201) + "]".repeat(201);

    assertThrows(IllegalArgumentException.class, () -> YamlTree.read(deep));
    YamlTree.read("[".repeat(200) + "]".repeat(200));
  }
}
