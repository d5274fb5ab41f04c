package cairn.appliance.apply;

import static cairn.appliance.apply.Desk.object;
import static cairn.appliance.apply.Desk.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSetTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'f:data':{'f:a':{},'f:b.c/d':{}}}",
        "{'f:data':{'f:a':{},'.':{}}}",
        "{'f:list':{'k:{`port`:80,`protocol`:`TCP`}':{'f:x':{},'.':{}}}}",
        "{'f:set':{'v:`a`':{},'v:1':{},'v:true':{}}}",
        "{'f:atomic':{'i:3':{}}}",
      })
  void whatIsReadIsWrittenAgain(String json) {
    assertEquals(tree(json), FieldSet.decode(tree(json)).encode());
  }

  @Test
  void onePlaceHasOneSpelling() {
    FieldSet loose = FieldSet.decode(tree("{'k:{ `b` : 1 , `a`:2}':{}}"));

    assertEquals("[a=2,b=1]", loose.toString());
    assertEquals(loose, FieldSet.decode(tree("{'k:{`a`:2,`b`:1}':{}}")));
  }

  @Test
  void stepsOfAKindThatNobodyKnowsAreDropped() {
    assertEquals(
        FieldSet.decode(tree("{'f:a':{}}")), FieldSet.decode(tree("{'f:a':{},'x:future':{}}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'f':{}}",
        "{'':{}}",
        "{'fa':{}}",
        "{'k:3':{}}",
        "{'k:{':{}}",
        "{'v:{':{}}",
        "{'i:x':{}}",
        "{'f:a':[]}",
        "{'f:a':1}",
        "[]"
      })
  void whatIsNoTreeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> FieldSet.decode(tree(text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'f:a':{},'f:b':{'f:c':{}}} | {'f:b':{}} | .a .b.c",
        "{'f:b':{'.':{},'f:c':{}}} | {'f:b':{}} | .b.c",
        "{'f:b':{}} | {'f:b':{'f:c':{}}} | .b",
        "{'f:a':{},'f:b':{'f:c':{}}} | {'f:b':{'f:c':{}}} | .a",
      })
  void aDifferenceLeavesWhatIsBelow(String left, String right, String rest) {
    FieldSet difference = FieldSet.decode(tree(left)).minus(FieldSet.decode(tree(right)));

    assertEquals(rest, difference.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'scalar':1} | .scalar",
        "{'map':{'a':'x','b':'y'}} | .map.a .map.b",
        "{'map':{}} | .map",
        "{'map':null,'scalar':null} | ''",
        "{'wholeMap':{'a':{'b':1}}} | .wholeMap",
        "{'wholeList':[1,2]} | .wholeList",
        "{'named':{'a':1,'texts':{'x':'y'}}} | .named.a .named.texts.x",
        "{'set':['a',1]} | .set[='a'] .set[=1]",
        "{'free':{'a':{'b':1},'c':[{'d':1}]}} | .free.a .free.c .free.a.b",
        "{'keyed':[{'port':80,'value':1}]} | .keyed[port=80,protocol='TCP']"
            + " .keyed[port=80,protocol='TCP'].port .keyed[port=80,protocol='TCP'].value",
        "{'keyed':[{'port':80,'protocol':'UDP'}]} | .keyed[port=80,protocol='UDP']"
            + " .keyed[port=80,protocol='UDP'].port .keyed[port=80,protocol='UDP'].protocol",
      },
      quoteCharacter = '`')
  void aDocumentHasFieldsByItsType(String document, String fields) {
    assertEquals(
        fields.replace('\'', '"').replace("\"\"", ""),
        Fields.of(Desk.TYPE, object(document)).toString());
  }

  @Test
  void whatBecameWholeIsOwnedWhole() {
    FieldSet parts = FieldSet.decode(tree("{'f:wholeMap':{'f:a':{}},'f:map':{'f:a':{}}}"));

    assertEquals(
        ".wholeMap .map.a",
        Fields.fitted(Desk.TYPE, parts, tree("{'wholeMap':{'a':1},'map':{'a':'x'}}")).toString());
  }
}
