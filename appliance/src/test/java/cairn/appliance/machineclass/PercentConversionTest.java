package cairn.appliance.machineclass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class PercentConversionTest {

  private final PercentConversion conversion = new PercentConversion();

  @Test
  void sharesArePercentagesInTheNewVersion() {
    ObjectNode stored =
        tree(
            "{'spec':{'sizingPolicies':[{'cores':{'min':1,'max':4},'coreFractions':[1,5,100],"
                + "'defaultCoreFraction':5},{'defaultCoreFraction':'Auto'},{}]}}");
    ObjectNode shown =
        tree(
            "{'spec':{'sizingPolicies':[{'cores':{'min':1,'max':4},"
                + "'coreFractions':['1%','5%','100%'],'defaultCoreFraction':'5%'},"
                + "{'defaultCoreFraction':'Auto'},{}]}}");

    assertEquals(shown, shown(stored));
    assertEquals(stored, stored(shown));
  }

  @RepeatedTest(500)
  void nothingIsLostThereAndBack(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    ObjectNode stored = machineClass(random, false);
    ObjectNode shown = machineClass(random, true);

    assertEquals(stored, stored(shown(stored)));
    assertEquals(shown, shown(stored(shown)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'spec':7}",
        "{'spec':{'sizingPolicies':{'a':1}}}",
        "{'spec':{'sizingPolicies':[7,null,{'coreFractions':'x','defaultCoreFraction':null}]}}",
        "{'spec':{'sizingPolicies':[{'coreFractions':['0%','101%','5 %','05%','+5%','%',true,{}]}]}}",
        "{'spec':{'sizingPolicies':[{'coreFractions':[0,101,1.5,-3,1e300]}]}}",
      })
  void whatNeitherVersionAllowsStaysAsItIs(String text) {
    assertEquals(tree(text), shown(tree(text)));
    assertEquals(tree(text), stored(tree(text)));
  }

  private ObjectNode shown(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    conversion.show(copy);
    return copy;
  }

  private ObjectNode stored(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    conversion.store(copy);
    return copy;
  }

  private static ObjectNode machineClass(Random random, boolean percentages) {
    ObjectNode document = tree("{'metadata':{'name':'c'},'spec':{'cpu':{'type':'Host'}}}");
    if (random.nextInt(5) == 0) {
      return document;
    }
    ArrayNode policies = document.withObject("/spec").putArray("sizingPolicies");
    for (int i = random.nextInt(4); i > 0; i--) {
      ObjectNode policy = policies.addObject();
      policy.putObject("cores").put("min", 1).put("max", 2 + random.nextInt(9));
      if (random.nextBoolean()) {
        ArrayNode fractions = policy.putArray("coreFractions");
        for (int j = random.nextInt(6); j > 0; j--) {
          int share = 1 + random.nextInt(100);
          if (percentages) {
            fractions.add(share + "%");
          } else {
            fractions.add(share);
          }
        }
      }
      int share = 1 + random.nextInt(100);
      switch (random.nextInt(3)) {
        case 0 -> policy.put("defaultCoreFraction", "Auto");
        case 1 -> {
          if (percentages) {
            policy.put("defaultCoreFraction", share + "%");
          } else {
            policy.put("defaultCoreFraction", share);
          }
        }
        default -> policy.putObject("memory").put("min", "1Gi");
      }
    }
    return document;
  }

  private static ObjectNode tree(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
