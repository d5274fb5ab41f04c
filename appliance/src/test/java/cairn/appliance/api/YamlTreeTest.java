package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** As go-yaml 2 and the JSON that Kubernetes makes of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "[1, 2.5, true, null, x] | [1,2.5,true,null,`x`]",
        "[yes, On, y, N, off, NO, yEs] | [true,true,true,false,false,false,`yEs`]",
        "['yes', \"010\", !!str 5, !mine 5, ! 5] | [`yes`,`010`,`5`,`5`,`5`]",
        "[0777, 0o17, 0x1F, 0b11, -010, +5, 1_000, 08] | [511,15,31,3,-8,5,1000,8]",
        "[1e3, 2.0, .5, 1_0.5, -0.0, 1e21, 5.] | [1000,2,0.5,10.5,0,1.0E21,5]",
        "[18446744073709551615, 0xffffffffffffffffff] |"
            + " [18446744073709551615,`0xffffffffffffffffff`]",
        "[2001-12-14, 12:30:45, 1.2.3, 1e, 0x, _1, ._5] |"
            + " [`2001-12-14`,`12:30:45`,`1.2.3`,`1e`,`0x`,`_1`,`._5`]",
        "[~, Null, NULL, '', nUll] | [null,null,null,``,`nUll`]",
        "[!!int '5', !!float 5, !!bool yes, !!binary aGFsbG8=] | [5,5,true,`hallo`]",
        "{on: 1, 0x10: 2, 'no': 3, 2001-1-1: 4} | {`true`:1,`16`:2,`no`:3,`2001-1-1`:4}",
        "{a: &a {x: 1, y1: 2}, b: {<<: *a, x: 3}} | {`a`:{`x`:1,`y1`:2},`b`:{`x`:3,`y1`:2}}",
        "{a: {x: 3, <<: {x: 1}}} | {`a`:{`x`:1}}",
        "{b: {<<: [{x: 1}, {x: 2, z: 2}], '<<': 3}} | {`b`:{`x`:1,`z`:2,`<<`:3}}",
      })
  void readsAsKubernetesDoes(String yaml, String json) {
    assertEquals(json.replace('`', '"'), YamlTree.read(yaml).toString());
  }

  @Test
  void aMarkOfTheByteOrderIsNoText() {
    assertEquals("{\"a\":1}", YamlTree.read("\uFEFFa: 1").toString());
  }

  @Test
  void manyAliasesAreReadAndThoseThatMultiplyAreNot() {
    String many = "[&a [x]" + ", *a".repeat(1000) + "]";
    StringBuilder bomb = new StringBuilder("[&a0 [x]");
    for (int i = 1; i < 30; i++) {
      bomb.append(", &a%d [*a%d, *a%d]".formatted(i, i - 1, i - 1));
    }

    assertEquals(1001, YamlTree.read(many).size());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> YamlTree.read(bomb + "]"));
    assertTrue(refused.toString().contains("the aliases make more than"), refused.toString());
  }

  @Test
  void readsAllDocumentsForWhoWantsThem() {
    assertEquals(
        "[{\"a\":1}, null, {\"b\":true}]", YamlTree.readAll("a: 1\n---\n---\nb: yes\n").toString());
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
        "a: .NaN",
        "a: !!int x",
        "a: !!bool 5",
        "a: !!binary /w==",
        "1.5: a",
        "~: a",
        "<<: a",
        "<<: [{a: 1}, b]",
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
