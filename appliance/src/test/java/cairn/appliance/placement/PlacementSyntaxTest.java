package cairn.appliance.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class PlacementSyntaxTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'nodeSelector':{'a b':'x'}}   | spec.nodeSelector: "a b" is no key of a label
          {'nodeSelector':{'a':'x y'}}   | spec.nodeSelector[a]: "x y" is no value of a label: at most 63 letters, digits, '-', '_' and '.'
          {'tolerations':[{'value':'x'}]} | spec.tolerations[0].operator: operator must be Exists when key is empty
          {'tolerations':[{'key':'a','operator':'Exists','value':'x'}]} | spec.tolerations[0].value: "x": value must be empty when operator is Exists
          {'tolerations':[{'key':'a','operator':'Like'}]} | spec.tolerations[0].operator: "Like": supported values: Equal, Exists
          {'tolerations':[{'key':'a','effect':'Never'}]} | spec.tolerations[0].effect: "Never": supported values: NoSchedule, PreferNoSchedule, NoExecute
          {'tolerations':[{'key':'a','tolerationSeconds':5}]} | spec.tolerations[0].effect: effect must be NoExecute when tolerationSeconds is set
          {'affinity':{'nodeAffinity':{'R':{'nodeSelectorTerms':[]}}}} | spec.affinity.nodeAffinity.R.nodeSelectorTerms: must have at least one node selector term
          {'affinity':{'nodeAffinity':{'R':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'In'}]}]}}}} | spec.affinity.nodeAffinity.R.nodeSelectorTerms[0].matchExpressions[0].values: must be specified when operator is In or NotIn
          {'affinity':{'nodeAffinity':{'R':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'Exists','values':['x']}]}]}}}} | spec.affinity.nodeAffinity.R.nodeSelectorTerms[0].matchExpressions[0].values: may not be specified when operator is Exists or DoesNotExist
          {'affinity':{'nodeAffinity':{'R':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'a','operator':'Gt','values':['x']}]}]}}}} | spec.affinity.nodeAffinity.R.nodeSelectorTerms[0].matchExpressions[0].values[0]: "x": must be a whole number
          {'affinity':{'nodeAffinity':{'R':{'nodeSelectorTerms':[{'matchFields':[{'key':'metadata.uid','operator':'In','values':['x']}]}]}}}} | spec.affinity.nodeAffinity.R.nodeSelectorTerms[0].matchFields[0].key: "metadata.uid" is no field of a node: metadata.name is
          {'affinity':{'nodeAffinity':{'P':[{'weight':0,'preference':{}}]}}} | spec.affinity.nodeAffinity.P[0].weight: 0: must be in the range 1-100
          {'affinity':{'virtualMachineAndPodAffinity':{'R':[{'labelSelector':{}}]}}} | spec.affinity.virtualMachineAndPodAffinity.R[0].topologyKey: can not be empty
          {'affinity':{'virtualMachineAndPodAntiAffinity':{'R':[{'topologyKey':'a','labelSelector':{'matchExpressions':[{'key':'a','operator':'Gt','values':['1']}]}}]}}} | spec.affinity.virtualMachineAndPodAntiAffinity.R[0].labelSelector.matchExpressions[0].operator: "Gt": supported values: In, NotIn, Exists, DoesNotExist
          {'affinity':{'virtualMachineAndPodAffinity':{'R':[{'topologyKey':'a','labelSelector':{},'namespaces':['A.B']}]}}} | spec.affinity.virtualMachineAndPodAffinity.R[0].namespaces[0]: "A.B" is no name of a namespace
          {'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'a','whenUnsatisfiable':'DoNotSchedule'}]} | spec.topologySpreadConstraints[0].maxSkew: 0: must be greater than zero
          {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'Perhaps'}]} | spec.topologySpreadConstraints[0].whenUnsatisfiable: "Perhaps": supported values: DoNotSchedule, ScheduleAnyway
          {'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'DoNotSchedule'},{'maxSkew':2,'topologyKey':'a','whenUnsatisfiable':'DoNotSchedule'}]} | spec.topologySpreadConstraints[1]: {a, DoNotSchedule} stands here twice
          """)
  void everyErrorNamesFieldAndValue(String spec, String error) {
    assertEquals(List.of(whole(error)), errors(spec));
  }

  @Test
  void whatPodsMaySayMachinesMaySay() {
    String spec =
        """
        {'nodeSelector':{'kubernetes.io/hostname':'one','empty':''},
         'tolerations':[{'operator':'Exists'},{'key':'a','operator':'Exists','effect':'NoExecute','tolerationSeconds':5}],
         'affinity':{
           'nodeAffinity':{'P':[{'weight':100,'preference':{'matchExpressions':[{'key':'a','operator':'Lt','values':['5']}]}}]},
           'virtualMachineAndPodAffinity':{'R':[{'topologyKey':'kubernetes.io/hostname','labelSelector':{'matchLabels':{'a':'b'}},'namespaceSelector':{}}]}},
         'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'a','whenUnsatisfiable':'ScheduleAnyway'}]}
        """;

    assertEquals(List.of(), errors(spec));
  }

  private static List<String> errors(String spec) {
    return PlacementSyntax.ofMachine(JsonMapper.shared().readTree(whole(spec.replace('\'', '"'))))
        .stream()
        .map(error -> error.path() + ": " + error.message())
        .toList();
  }

  private static String whole(String text) {
    return text.replace("\"R\"", "\"requiredDuringSchedulingIgnoredDuringExecution\"")
        .replace("\"P\"", "\"preferredDuringSchedulingIgnoredDuringExecution\"")
        .replace(".R.", ".requiredDuringSchedulingIgnoredDuringExecution.")
        .replace(".R[", ".requiredDuringSchedulingIgnoredDuringExecution[")
        .replace(".P[", ".preferredDuringSchedulingIgnoredDuringExecution[");
  }
}
