package cairn.appliance.apply;

import static cairn.appliance.apply.Desk.applier;
import static cairn.appliance.apply.Desk.object;
import static cairn.appliance.apply.Desk.tree;
import static cairn.appliance.apply.Desk.updater;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.apply.Applying.Insistence;
import cairn.appliance.apply.Writer.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What Kubernetes documents of server-side apply, case by case. */
class ApplyingTest {

  private final Desk desk = new Desk();

  @Test
  void twoWhoWantTheSameShareIt() {
    desk.apply("a", "{'map':{'x':'1'}}").apply("b", "{'map':{'x':'1'}}");

    assertEquals(".map.x", desk.owned(applier("a")).toString());
    assertEquals(".map.x", desk.owned(applier("b")).toString());

    desk.apply("a", "{}");
    assertEquals(object("{'metadata':{},'map':{'x':'1'}}"), desk.document);

    desk.apply("b", "{}");
    assertEquals(object("{'metadata':{}}"), desk.document);
    assertTrue(desk.ownership.isEmpty(), desk.ownership.toString());
  }

  @Test
  void whoWantsAnotherValueIsToldWhoseItIs() {
    desk.apply("a", "{'map':{'x':'1','y':'1'},'scalar':5}");
    Desk before = desk.copy();

    Conflict one = conflict(() -> desk.apply("b", "{'map':{'x':'2','z':'3'}}"));
    Conflict both = conflict(() -> desk.apply("b", "{'map':{'x':'2'},'scalar':6}"));

    assertEquals("Apply failed with 1 conflict: conflict with \"a\": .map.x", one.words());
    assertEquals(List.of(new Conflict.Place("\"a\"", ".map.x")), one.places());
    assertEquals(
        "Apply failed with 2 conflicts: conflicts with \"a\":\n- .scalar\n- .map.x", both.words());
    assertEquals(before.document, desk.document);
    assertEquals(before.ownership, desk.ownership);
  }

  @Test
  void severalOwnersAreNamedWithTheirVersionsAndSubresources() {
    desk.update("kubectl-edit", "{'map':{'x':'1'}}").apply("b", "{'scalar':1}");
    desk.ownership =
        desk.ownership.with(
            new Entry(
                new Writer("c", Operation.UPDATE, "v2", "status"),
                Optional.empty(),
                FieldSet.decode(tree("{'f:set':{'v:`q`':{}}}"))));

    Conflict conflict = conflict(() -> desk.apply("a", "{'map':{'x':'2'},'scalar':2,'set':['q']}"));

    assertEquals(
        """
        Apply failed with 3 conflicts: conflicts with "b":
        - .scalar
        conflicts with "c" with subresource "status" using v2:
        - .set[="q"]
        conflicts with "kubectl-edit" using v1:
        - .map.x\
        """,
        conflict.words());
  }

  @Test
  void whoInsistsTakesOver() {
    desk.apply("a", "{'map':{'x':'1','y':'1'}}").force("b", "{'map':{'x':'2'}}");

    assertEquals(".map.y", desk.owned(applier("a")).toString());
    assertEquals(".map.x", desk.owned(applier("b")).toString());
    assertEquals(tree("{'x':'2','y':'1'}"), desk.document.path("map"));

    // The former owner drops the field from its configuration: then nothing happens to it.
    desk.apply("a", "{'map':{'y':'1'}}");
    assertEquals(tree("{'x':'2','y':'1'}"), desk.document.path("map"));
  }

  @Test
  void anUpdateTakesWhatItChangesAndOnlyThat() {
    desk.apply("a", "{'map':{'x':'1','y':'1'}}")
        .update("editor", "{'metadata':{},'map':{'x':'2','y':'1'}}");

    assertEquals(".map.y", desk.owned(applier("a")).toString());
    assertEquals(".map.x", desk.owned(updater("editor")).toString());
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"editor\" using v1: .map.x",
        conflict(() -> desk.apply("a", "{'map':{'x':'1','y':'1'}}")).words());
  }

  @Test
  void whatAnUpdateRemovesBelongsToNobody() {
    desk.apply("a", "{'map':{'x':'1','y':'1'}}")
        .update("editor", "{'metadata':{},'map':{'y':'1'}}");

    assertEquals(".map.y", desk.owned(applier("a")).toString());
    assertEquals(FieldSet.EMPTY, desk.owned(updater("editor")));
  }

  @Test
  void unownedFieldsStay() {
    desk.document = object("{'map':{'free':'1'}}");
    desk.ownership = Ownership.NONE.with(entry(applier("z"), "{'f:scalar':{}}"));

    desk.apply("a", "{'map':{'x':'1'}}").apply("a", "{'map':{'y':'1'}}");

    assertEquals(tree("{'free':'1','y':'1'}"), desk.document.path("map"));
  }

  @Test
  void whatStoodThereBeforeTheFirstApplyHasAnOwner() {
    desk.document = object("{'metadata':{'name':'n','uid':'u'},'map':{'x':'1'}}");

    Conflict conflict = conflict(() -> desk.apply("a", "{'map':{'x':'2'}}"));
    desk.apply("a", "{'scalar':1}");

    assertEquals(
        "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .map.x",
        conflict.words());
    assertEquals(".map .map.x", desk.owned(updater("before-first-apply")).toString());
  }

  @Test
  void itemsOfAListAreMergedByTheirKeys() {
    desk.apply("a", "{'keyed':[{'port':80,'value':1},{'port':90,'value':1}]}")
        .apply("b", "{'keyed':[{'port':80,'protocol':'TCP','texts':{'t':'b'}}]}");

    assertEquals(
        tree("[{'port':80,'value':1,'protocol':'TCP','texts':{'t':'b'}},{'port':90,'value':1}]"),
        desk.document.path("keyed"));

    desk.apply("a", "{'keyed':[{'port':90,'value':1}]}");
    assertEquals(
        tree("[{'port':80,'protocol':'TCP','texts':{'t':'b'}},{'port':90,'value':1}]"),
        desk.document.path("keyed"));

    desk.apply("b", "{}");
    assertEquals(tree("[{'port':90,'value':1}]"), desk.document.path("keyed"));
    desk.apply("a", "{}");
    assertFalse(desk.document.has("keyed"));
  }

  @Test
  void anItemGoesWholeWhenItsOwnerDropsItEvenIfAnUpdateChangedAFieldInIt() {
    desk.apply("a", "{'keyed':[{'port':80,'value':1},{'port':90,'value':1}]}")
        .update("editor", "{'metadata':{},'keyed':[{'port':80,'value':2},{'port':90,'value':1}]}")
        .apply("a", "{'keyed':[{'port':90,'value':1}]}");

    assertEquals(tree("[{'port':90,'value':1}]"), desk.document.path("keyed"));
    assertEquals(FieldSet.EMPTY, desk.owned(updater("editor")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "['a','b'] | ['c'] | ['a','b','c']",
        "['a','b'] | ['b','a'] | ['b','a']",
        "['x','a','y','b','z'] | ['b','a'] | ['x','y','b','z','a']",
        "['a','x','b'] | ['a','n','b'] | ['a','x','n','b']",
        "[] | ['b','a'] | ['b','a']",
      })
  void aSetKeepsTheOrderOfTheConfigurationAndThePlacesOfTheOthers(
      String live, String applied, String merged) {
    desk.update("editor", "{'set':" + live + "}").apply("a", "{'set':" + applied + "}");

    assertEquals(tree(merged), desk.document.path("set"));
  }

  @Test
  void valuesOfASetAreOwnedOneByOne() {
    desk.apply("a", "{'set':['x','y']}").apply("b", "{'set':['y','z']}").apply("a", "{'set':[]}");

    assertEquals(tree("['y','z']"), desk.document.path("set"));
  }

  @Test
  void whatIsWholeIsReplacedWhole() {
    desk.apply("a", "{'wholeList':[1,2],'wholeMap':{'a':1}}");

    assertEquals(
        "Apply failed with 2 conflicts: conflicts with \"a\":\n- .wholeList\n- .wholeMap",
        conflict(() -> desk.apply("b", "{'wholeList':[1],'wholeMap':{'b':1}}")).words());
    desk.force("b", "{'wholeList':[1],'wholeMap':{'b':1}}");
    assertEquals(tree("[1]"), desk.document.path("wholeList"));
    assertEquals(tree("{'b':1}"), desk.document.path("wholeMap"));
  }

  @Test
  void aNamedObjectGoesWithAllInItOnceNobodyOwnsAnythingInIt() {
    desk.apply("a", "{'named':{'a':1},'scalar':1}");
    desk.document.withObject("named").put("b", "filled in by the server");

    desk.apply("a", "{'scalar':1}");

    assertEquals(object("{'metadata':{},'scalar':1}"), desk.document);
  }

  @Test
  void nullClearsAFieldOfOnesOwnAndConflictsWithOthers() {
    desk.apply("a", "{'scalar':1}").apply("b", "{'map':{'x':'1'}}");

    assertEquals(
        "Apply failed with 1 conflict: conflict with \"b\": .map.x",
        conflict(() -> desk.apply("a", "{'scalar':1,'map':{'x':null}}")).words());
    desk.force("a", "{'scalar':null,'map':{'x':null,'y':'1'}}");
    assertEquals(object("{'metadata':{},'map':{'y':'1'}}"), desk.document);
    assertEquals(".map.y", desk.owned(applier("a")).toString());
    assertEquals(FieldSet.EMPTY, desk.owned(applier("b")));
  }

  @Test
  void aValueOfAnotherShapeConflictsWithWhatIsInTheOldOne() {
    desk.apply("a", "{'free':{'x':1}}");

    assertEquals(
        "Apply failed with 1 conflict: conflict with \"a\": .free.x",
        conflict(() -> desk.apply("b", "{'free':5}")).words());
    desk.force("b", "{'free':5}");
    assertEquals(FieldSet.EMPTY, desk.owned(applier("a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'keyed':[{'value':1}]} | .keyed: element 0: associative list with keys has an element"
            + " that omits key field \"port\" (and doesn't have default value)",
        "{'keyed':[{'port':1},{'port':1,'protocol':'TCP'}]} | .keyed: duplicate entries for key"
            + " [port=1,protocol=\"TCP\"]",
        "{'set':['a','a']} | .set: duplicate entries for key [=\"a\"]",
        "{'keyed':[1]} | .keyed: element 0: associative list with keys may only hold objects",
      })
  void itemsThatCannotBeToldApartAreRefused(String configuration, String why) {
    Unfit unfit = assertThrows(Unfit.class, () -> desk.apply("a", configuration));

    assertEquals(why, unfit.why());
  }

  @Test
  void nobodyOwnsWhatTheServerSets() {
    desk.apply(
        "a",
        "{'apiVersion':'v1','kind':'K','metadata':{'name':'n','namespace':'s','uid':'u',"
            + "'resourceVersion':'1','generation':4,'labels':{'l':'1'}}}");

    assertEquals(".metadata.labels.l", desk.owned(applier("a")).toString());
  }

  @Test
  void theServersOwnFieldsSurvive() {
    desk.document =
        object("{'apiVersion':'v1','kind':'K','metadata':{'name':'n','uid':'u'},'scalar':1}");

    desk.apply("a", "{'metadata':{'name':'n','labels':{'l':'1'}}}");

    assertEquals(
        object(
            "{'apiVersion':'v1','kind':'K','metadata':{'name':'n','uid':'u','labels':{'l':'1'}},"
                + "'scalar':1}"),
        desk.document);
  }

  @Test
  void kubectlMayChangeWhatItAppliedByItself() {
    desk.update(
        "kubectl-client-side-apply",
        annotated("{'apiVersion':'v1','map':{'x':'1','y':'1'}}", "{'map':{'x':'1','y':'9'}}"));

    Conflict foreign =
        conflict(() -> desk.apply("kubectl", "{'apiVersion':'v1','map':{'x':'2','y':'2'}}"));
    Conflict other = conflict(() -> desk.apply("flux", "{'apiVersion':'v1','map':{'x':'2'}}"));
    desk.apply("kubectl", "{'apiVersion':'v1','map':{'x':'2'}}");

    assertEquals(
        "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1:"
            + " .map.y",
        foreign.words());
    assertEquals(1, other.places().size());
    assertEquals("2", desk.document.path("map").path("x").asString());
    assertEquals(
        "{\"apiVersion\":\"v1\",\"map\":{\"x\":\"2\"}}\n",
        desk.document
            .path("metadata")
            .path("annotations")
            .path("kubectl.kubernetes.io/last-applied-configuration")
            .asString());
  }

  @Test
  void entriesAreSortedAndReadBack() {
    desk.update("z", "{'scalar':1}");
    desk.now = Desk.NOON.plusSeconds(1);
    desk.update("b", "{'scalar':1,'map':{'x':'1'}}").apply("c", "{'set':['a']}");
    desk.apply("a", "{'named':{'a':1}}");

    assertEquals(
        List.of("a Apply", "c Apply", "z Update", "b Update"),
        desk.ownership
            .encode()
            .valueStream()
            .map(e -> e.path("manager").asString() + " " + e.path("operation").asString())
            .toList());
    assertEquals(Optional.of(desk.ownership), Ownership.decode(desk.ownership.encode()));
  }

  @Test
  void updatersBeyondTheTenthArePutTogether() {
    ObjectNode document = object("{}");
    for (int i = 0; i < 14; i++) {
      desk.now = Desk.NOON.plusSeconds(i);
      document.withObject("map").put("k" + i, "1");
      desk.update("u" + i, document.deepCopy());
    }

    List<String> writers =
        desk.ownership.entries().stream().map(entry -> entry.writer().name()).toList();
    assertEquals(10, writers.size(), writers.toString());
    assertTrue(writers.contains("ancient-changes") && writers.contains("u13"), writers.toString());
    assertEquals(
        ".map .map.k0 .map.k1 .map.k2 .map.k3 .map.k4",
        desk.owned(updater("ancient-changes")).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | true",
        "[{}] | true",
        "[{},{}] | false",
        "null | false",
        "[{'manager':'m'}] | false"
      })
  void emptyListsAskToForget(String sent, boolean asks) {
    assertEquals(asks, Ownership.asksToForget(tree(sent)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'manager':'m','operation':'Delete','apiVersion':'v1','fieldsType':'FieldsV1'}]",
        "[{'manager':'m','operation':'Apply','fieldsType':'FieldsV1'}]",
        "[{'manager':'m','operation':'Apply','apiVersion':'v1'}]",
        "[{'manager':'m','operation':'Apply','apiVersion':'v1','fieldsType':'FieldsV1',"
            + "'fieldsV1':{'nonsense':{}}}]",
        "[{'manager':'m','operation':'Apply','apiVersion':'v1','fieldsType':'FieldsV1',"
            + "'time':'yesterday'}]",
      })
  void whatCannotBeReadIsNotBelieved(String managedFields) {
    assertEquals(Optional.empty(), Ownership.decode(tree(managedFields)));
  }

  @Test
  void insistingOnWhatOneOwnsChangesNothing() {
    desk.apply("a", "{'map':{'x':'1'}}");
    Desk before = desk.copy();

    desk.apply("a", object("{'map':{'x':'1'}}"), Insistence.FORCE);

    assertEquals(before.document, desk.document);
    assertEquals(before.ownership, desk.ownership);
  }

  private static ObjectNode annotated(String lastApplied, String live) {
    ObjectNode document = object(live);
    document
        .withObject("metadata")
        .withObject("annotations")
        .put(
            "kubectl.kubernetes.io/last-applied-configuration",
            object(lastApplied).toString() + "\n");
    return document;
  }

  private static Entry entry(Writer writer, String fields) {
    return new Entry(writer, Optional.empty(), FieldSet.decode(tree(fields)));
  }

  private static Conflict conflict(org.junit.jupiter.api.function.Executable application) {
    return assertThrows(Conflict.class, application);
  }
}
