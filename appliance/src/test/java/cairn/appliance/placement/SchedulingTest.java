package cairn.appliance.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchedulingTest {

  private static final String NODE =
      """
      {'metadata':{'name':'one','labels':{'kubernetes.io/hostname':'one','disk':'ssd','gen':'7'}},
       'spec':{'taints':[{'key':'own','value':'db','effect':'NoSchedule'},
                         {'key':'soft','effect':'PreferNoSchedule'}]}}
      """;
  private static final String REQUIRED = "'requiredDuringSchedulingIgnoredDuringExecution'";
  private static final String TOLERANT = "'tolerations':[{'operator':'Exists'}]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'key':'disk','operator':'In','values':['hdd','ssd']} | true
          {'key':'disk','operator':'In','values':['hdd']}       | false
          {'key':'none','operator':'In','values':['hdd']}       | false
          {'key':'disk','operator':'NotIn','values':['hdd']}    | true
          {'key':'disk','operator':'NotIn','values':['ssd']}    | false
          {'key':'none','operator':'NotIn','values':['ssd']}    | true
          {'key':'disk','operator':'Exists'}                    | true
          {'key':'none','operator':'Exists'}                    | false
          {'key':'disk','operator':'DoesNotExist'}              | false
          {'key':'none','operator':'DoesNotExist'}              | true
          {'key':'gen','operator':'Gt','values':['6']}          | true
          {'key':'gen','operator':'Gt','values':['7']}          | false
          {'key':'gen','operator':'Lt','values':['8']}          | true
          {'key':'gen','operator':'Lt','values':['7']}          | false
          {'key':'disk','operator':'Gt','values':['1']}         | false
          """)
  void everyOperatorOfAnAffinityToNodes(String expression, boolean fits) {
    String spec =
        """
        {%s,'affinity':{'nodeAffinity':{%s:{'nodeSelectorTerms':[{'matchExpressions':[%s]}]}}}}
        """
            .formatted(TOLERANT, REQUIRED, expression);

    Optional<String> refusal = refusal(machine("a", "{}", spec), List.of());

    assertEquals(fits, refusal.isEmpty(), () -> refusal.orElse(""));
    assertTrue(
        fits || refusal.orElse("").contains("disk=ssd, gen=7, kubernetes.io/hostname=one"),
        () -> refusal.orElse(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          [{'matchFields':[{'key':'metadata.name','operator':'In','values':['one']}]}]  | true
          [{'matchFields':[{'key':'metadata.name','operator':'In','values':['two']}]}]  | false
          [{'matchFields':[{'key':'metadata.name','operator':'NotIn','values':['two']}]}] | true
          [{}]                                                                          | false
          [{'matchExpressions':[{'key':'x','operator':'Exists'}]},{'matchExpressions':[{'key':'disk','operator':'Exists'}]}] | true
          [{'matchExpressions':[{'key':'x','operator':'Exists'},{'key':'disk','operator':'Exists'}]}] | false
          """)
  void termsAreAlternativesOfConditionsThatAllHold(String terms, boolean fits) {
    String spec =
        "{%s,'affinity':{'nodeAffinity':{%s:{'nodeSelectorTerms':%s}}}}"
            .formatted(TOLERANT, REQUIRED, terms);

    assertEquals(fits, refusal(machine("a", "{}", spec), List.of()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          [] | false
          [{'key':'own','operator':'Equal','value':'db','effect':'NoSchedule'}] | true
          [{'key':'own','value':'db'}]                                          | true
          [{'key':'own','value':'web'}]                                         | false
          [{'key':'own','operator':'Exists'}]                                   | true
          [{'key':'own','operator':'Exists','effect':'NoExecute'}]              | false
          [{'operator':'Exists'}]                                               | true
          [{'key':'other','operator':'Exists'}]                                 | false
          """)
  void taintsKeepAwayWhoDoesNotTolerateThem(String tolerations, boolean fits) {
    Optional<String> refusal =
        refusal(machine("a", "{}", "{'tolerations':%s}".formatted(tolerations)), List.of());

    assertEquals(fits, refusal.isEmpty());
    assertTrue(fits || refusal.orElse("").contains("the taint own=db:NoSchedule"));
  }

  @Test
  void theSelectorsOfMachineAndClassCountBoth() {
    Occupant own = machine("a", "{}", "{%s,'nodeSelector':{'disk':'hdd'}}".formatted(TOLERANT));
    assertEquals(
        "spec.nodeSelector wants disk=hdd; the node one has the labels disk=ssd, gen=7, kubernetes.io/hostname=one",
        refusal(own, List.of()).orElseThrow());

    Wishes byClass =
        Wishes.read(
            tree("{}"),
            tree("{%s,'nodeSelector':{'matchLabels':{'disk':'hdd'}}}".formatted(TOLERANT)),
            "ns",
            Map.of());
    assertTrue(
        refusal(occupant("a", Map.of(), byClass), List.of())
            .orElse("")
            .startsWith("the nodeSelector of its class wants disk=hdd"));
  }

  @Test
  void aNodeThatIsCordonedOffTakesNobody() {
    NodeView node =
        NodeView.read(tree("{'metadata':{'name':'one'},'spec':{'unschedulable':true}}"));

    String refusal =
        Scheduling.refusal(machine("a", "{}", "{}"), node, List.of(), _ -> Map.of()).orElse("");

    assertTrue(refusal.contains("node.kubernetes.io/unschedulable:NoSchedule"), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'labelSelector':{'matchLabels':{'app':'db'}},'topologyKey':'kubernetes.io/hostname'}  | true
          {'labelSelector':{'matchLabels':{'app':'web'}},'topologyKey':'kubernetes.io/hostname'} | false
          {'labelSelector':{'matchLabels':{'app':'db'}},'topologyKey':'rack'}                    | false
          {'labelSelector':{},'topologyKey':'kubernetes.io/hostname'}                            | true
          {'topologyKey':'kubernetes.io/hostname'}                                               | false
          {'labelSelector':{'matchLabels':{'app':'db'}},'namespaces':['far'],'topologyKey':'kubernetes.io/hostname'} | false
          {'labelSelector':{'matchLabels':{'app':'db'}},'namespaceSelector':{},'topologyKey':'kubernetes.io/hostname'} | true
          {'labelSelector':{'matchLabels':{'app':'db'}},'namespaceSelector':{'matchLabels':{'team':'x'}},'topologyKey':'kubernetes.io/hostname'} | false
          {'labelSelector':{'matchLabels':{'app':'db'}},'matchLabelKeys':['side'],'topologyKey':'kubernetes.io/hostname'} | false
          """)
  void companyIsFoundAndAvoidedByLabels(String term, boolean met) {
    Occupant there = machine("db", "{'app':'db'}", "{%s}".formatted(TOLERANT));
    String affinity = "{%s,'affinity':{'virtualMachineAnd%s':{%s:[%s]}}}";
    String beside = affinity.formatted(TOLERANT, "PodAffinity", REQUIRED, term);
    String apart = affinity.formatted(TOLERANT, "PodAntiAffinity", REQUIRED, term);

    assertEquals(
        met, refusal(machine("a", "{'side':'left'}", beside), List.of(there)).isEmpty(), "beside");
    assertEquals(
        !met, refusal(machine("a", "{'side':'left'}", apart), List.of(there)).isEmpty(), "apart");
  }

  @Test
  void theFirstOfAGroupMayBegin() {
    String term =
        "{%s,'affinity':{'virtualMachineAndPodAffinity':{%s:[{'labelSelector':{'matchLabels':{'app':'db'}},'topologyKey':'kubernetes.io/hostname'}]}}}"
            .formatted(TOLERANT, REQUIRED);

    assertTrue(refusal(machine("a", "{'app':'db'}", term), List.of()).isEmpty());
    assertTrue(refusal(machine("a", "{'app':'web'}", term), List.of()).isPresent());
  }

  @Test
  void whoRunsAndKeepsAwayIsHeeded() {
    String apart =
        "{%s,'affinity':{'virtualMachineAndPodAntiAffinity':{%s:[{'labelSelector':{'matchLabels':{'app':'web'}},'topologyKey':'kubernetes.io/hostname'}]}}}"
            .formatted(TOLERANT, REQUIRED);
    Occupant there = machine("loner", "{}", apart);

    String refusal =
        refusal(machine("a", "{'app':'web'}", "{%s}".formatted(TOLERANT)), List.of(there))
            .orElse("");

    assertTrue(refusal.startsWith("machine loner runs on node one"), refusal);
  }

  @ParameterizedTest
  @CsvSource({
    "1, kubernetes.io/hostname, DoNotSchedule, true",
    "1, rack, DoNotSchedule, false",
    "1, rack, ScheduleAnyway, true"
  })
  void spreading(int skew, String key, String otherwise, boolean fits) {
    String spec =
        "{%s,'topologySpreadConstraints':[{'maxSkew':%d,'topologyKey':'%s','whenUnsatisfiable':'%s','labelSelector':{}}]}"
            .formatted(TOLERANT, skew, key, otherwise);

    assertEquals(fits, refusal(machine("a", "{}", spec), List.of()).isEmpty());
  }

  private static Optional<String> refusal(Occupant machine, List<Occupant> others) {
    return Scheduling.refusal(machine, NodeView.read(tree(NODE)), others, _ -> Map.of());
  }

  private static Occupant machine(String name, String labels, String spec) {
    Map<String, String> read = NodeView.texts(tree(labels));
    return occupant(name, read, Wishes.read(tree(spec), tree("{}"), "ns", read));
  }

  private static Occupant occupant(String name, Map<String, String> labels, Wishes wishes) {
    return new Occupant(
        UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        new Key("virtualmachines", "ns", name),
        labels,
        wishes,
        Size.of(1, 100, 1 << 20, false));
  }

  private static JsonNode tree(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
