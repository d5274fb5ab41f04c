package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
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

  @Test
  void readsWhatJsonCanSay() {
    assertEquals(
        "{\"a\":[1,2.5,true,null,\"yes\",\"010\"],\"b\":{\"c\":\"x\"}}",
        YamlTree.read("a: [1, 2.5, true, null, yes, '010']\nb: {c: x}").toString());
  }

  @Test
  void whoAsksIsToldOfKeysThatStandTwice() {
    List<String> duplicates = new ArrayList<>();

    assertEquals(
        "{\"a\":{\"b\":2},\"c\":[{\"d\":2}]}",
        YamlTree.read("a: {b: 1, b: 2}\nc: [{d: 1, d: 2}]", duplicates).toString());
    assertEquals(List.of("a.b", "c[0].d"), duplicates);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\na: 2",
        "&a [*a]",
        "a: 1e9999",
        "a: .inf",
        "[&a [x], *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]",
        "a: 1\n---\nb: 2",
        "a: [",
        "? [a]\n: b",
      })
  void refusesWhatItCannot(String text) {
    assertThrows(IllegalArgumentException.class, () -> YamlTree.read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- "})
  void refusesAnyDepthQuickly(String level) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> YamlTree.read(level.repeat(1_000_000)));

    assertTrue(refused.toString().contains("nested more than 200"), refused.toString());
  }
}
