package cairn.appliance.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | true",
        "a | true",
        "!a | false",
        "!c | true",
        "a=1 | true",
        "a==1 | true",
        "a = 1 | true",
        "a=2 | false",
        "a!=2 | true",
        "c!=2 | true",
        "a in (1,2) | true",
        "a in (2, 3) | false",
        "a notin (2,3) | true",
        "c notin (2,3) | true",
        "a notin (1) | false",
        "a>0 | true",
        "a<1 | false",
        "b>0 | false",
        "a=1,example.com/b=x | true",
        "a in (1,2),b=y | true",
        "a=1,b=z | false",
      })
  void aLabelSelectorMatches(String selector, boolean expected) {
    var document =
        Bench.body("{'metadata':{'labels':{'a':'1','b':'y','example.com/b':'x'}}}").document();

    assertEquals(expected, LabelSelector.parse(selector).matches(document));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata.name=e | true",
        "metadata.name!=e | false",
        "involvedObject.kind==VirtualDisk,type=Normal | true",
        "involvedObject.uid= | true",
        "reason!=Ready | false",
      })
  void aFieldSelectorMatchesAnEvent(String selector, boolean expected) {
    var document =
        Bench.body(
                "{'metadata':{'name':'e'},'involvedObject':{'kind':'VirtualDisk'},"
                    + "'type':'Normal','reason':'Ready'}")
            .document();
    var events = new Bench().kind("v1", "Event");

    assertEquals(expected, FieldSelector.parse(events, selector).matches(document));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':{'b':1}} | {'a':{'b':null}} | {'a':{}}",
        "{'a':[1,2]} | {'a':[3]} | {'a':[3]}",
        "{'a':1} | {'b':{'c':null,'d':1}} | {'a':1,'b':{'d':1}}",
        "{'a':{'b':1}} | {'a':2} | {'a':2}",
      })
  void aMergePatchFollowsTheRfc(String target, String patch, String expected) {
    assertEquals(
        Bench.body(expected).document(),
        MergePatch.apply(Bench.body(target).document(), Bench.body(patch).document()));
  }
}
