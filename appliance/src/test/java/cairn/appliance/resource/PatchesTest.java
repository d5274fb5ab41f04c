package cairn.appliance.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What patches make of a document, and which of them mean nothing. */
class PatchesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':1} | [{'op':'add','path':'/b','value':2}] | {'a':1,'b':2}",
        "{'a':1} | [{'op':'add','path':'/a','value':null}] | {'a':null}",
        "{'a':[1,3]} | [{'op':'add','path':'/a/1','value':2}] | {'a':[1,2,3]}",
        "{'a':[1]} | [{'op':'add','path':'/a/-','value':2}] | {'a':[1,2]}",
        "{'a':[1]} | [{'op':'add','path':'/a/1','value':2}] | {'a':[1,2]}",
        "{'a':1,'b':2} | [{'op':'remove','path':'/a'}] | {'b':2}",
        "{'a':[1,2]} | [{'op':'remove','path':'/a/0'}] | {'a':[2]}",
        "{'a':1,'b':2} | [{'op':'replace','path':'/a','value':{'c':3}}] | {'a':{'c':3},'b':2}",
        "{'a':1} | [{'op':'replace','path':'','value':{'b':2}}] | {'b':2}",
        "{'a':{'b':1}} | [{'op':'move','from':'/a/b','path':'/c'}] | {'a':{},'c':1}",
        "{'a':{'b':1}} | [{'op':'copy','from':'/a','path':'/c'},"
            + "{'op':'add','path':'/c/d','value':2}] | {'a':{'b':1},'c':{'b':1,'d':2}}",
        "{'a':{'b':[1,{'c':2.0}]}} | [{'op':'test','path':'/a','value':{'b':[1.0,{'c':2}]}}] |"
            + " {'a':{'b':[1,{'c':2.0}]}}",
        "{'a':1} | [{'op':'test','path':'/b','value':null}] | {'a':1}",
        "{'m/n':1,'t~u':2} | [{'op':'replace','path':'/m~1n','value':3},"
            + "{'op':'replace','path':'/t~0u','value':4}] | {'m/n':3,'t~u':4}",
        "{'':1} | [{'op':'replace','path':'/','value':2}] | {'':2}",
      })
  void aJsonPatchIsCarriedOut(String document, String patch, String result) {
    assertEquals(tree(result), JsonPatch.apply(tree(document), tree(patch)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a':1} | {'op':'remove','path':'/b'} | 422",
        "{'a':1} | {'op':'replace','path':'/b','value':1} | 422",
        "{'a':1} | {'op':'add','path':'/b/c','value':1} | 422",
        "{'a':1} | {'op':'add','path':'/a/c','value':1} | 422",
        "{'a':1} | {'op':'move','from':'/b','path':'/c'} | 422",
        "{'a':{}} | {'op':'move','from':'/a','path':'/a/b'} | 422",
        "{'a':1} | {'op':'copy','from':'/b','path':'/c'} | 422",
        "{'a':1} | {'op':'test','path':'/a','value':2} | 422",
        "{'a':1} | {'op':'test','path':'/b','value':2} | 422",
        "{'a':[1]} | {'op':'remove','path':'/a/1'} | 422",
        "{'a':[1]} | {'op':'remove','path':'/a/-'} | 422",
        "{'a':[1]} | {'op':'remove','path':'/a/-1'} | 422",
        "{'a':[1]} | {'op':'remove','path':'/a/01'} | 422",
        "{'a':[1]} | {'op':'remove','path':'/a/99999999999999999999'} | 422",
        "{'a':[1]} | {'op':'add','path':'/a/3','value':1} | 422",
        "{'a':1} | {'op':'remove','path':''} | 422",
        "{'a':1} | {'op':'jump','path':'/a'} | 400",
        "{'a':1} | {'op':'add','path':'/a'} | 400",
        "{'a':1} | {'op':'add','value':1} | 400",
        "{'a':1} | {'path':'/a','value':1} | 400",
        "{'a':1} | {'op':'add','path':'a','value':1} | 400",
        "{'a':1} | {'op':5,'path':'/a'} | 400",
        "{'a':1} | 5 | 400",
      })
  void aJsonPatchThatDoesNotFitIsRefused(String document, String operation, int code) {
    JsonNode before = tree(document);

    Refusal refusal =
        assertThrows(Refusal.class, () -> JsonPatch.apply(before, tree("[" + operation + "]")));

    assertEquals(code, refusal.reason().code(), refusal.getMessage());
    assertEquals(tree(document), before, "the document was changed");
  }

  @Test
  void tooManyOperationsAreTooLarge() {
    ArrayNode many = (ArrayNode) tree("[]");
    for (int i = 0; i < 10_001; i++) {
      many.add(tree("{'op':'test','path':'/a','value':1}"));
    }

    Refusal refusal = assertThrows(Refusal.class, () -> JsonPatch.apply(tree("{'a':1}"), many));

    assertEquals(Reason.REQUEST_ENTITY_TOO_LARGE, refusal.reason());
    assertEquals(
        "The allowed maximum operations in a JSON patch is 10000, got 10001", refusal.getMessage());
  }

  @Test
  void copiesThatDoubleEndBeforeTheMemoryDoes() {
    ArrayNode doubling = (ArrayNode) tree("[]");
    for (int i = 0; i < 60; i++) {
      doubling.add(tree("{'op':'copy','from':'/a','path':'/a/b" + i + "'}"));
    }

    Refusal refusal =
        assertThrows(
            Refusal.class, () -> JsonPatch.apply(tree("{'a':{'x':'0123456789'}}"), doubling));

    assertEquals(Reason.REQUEST_ENTITY_TOO_LARGE, refusal.reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Secret | {'data':{'a':'1','b':'2'}} | {'data':{'a':null}} | {'data':{'b':'2'}}",
        "Secret | {'data':{'a':'1','b':'2'}} | {'data':{'$patch':'replace','c':'3'}} |"
            + " {'data':{'c':'3'}}",
        "Secret | {'data':{'a':'1'},'type':'t'} | {'data':{'$patch':'delete'}} | {'type':'t'}",
        "Secret | {'data':{'a':'1'}} | {'data':{'$patch':'merge','b':'2'}} |"
            + " {'data':{'a':'1','b':'2'}}",
        "ConfigMap | {'data':{'a':'1','b':'2'}} | {'data':{'$retainKeys':['b','c'],'c':'3'}} |"
            + " {'data':{'b':'2','c':'3'}}",
        "Namespace | {'metadata':{'finalizers':['a']}} | {'metadata':{'finalizers':['b'],"
            + "'$setElementOrder/finalizers':['b','a']}} | {'metadata':{'finalizers':['b','a']}}",
        "Namespace | {'metadata':{'finalizers':['a','b']}} |"
            + " {'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}} |"
            + " {'metadata':{'finalizers':['b']}}",
        "Namespace | {'metadata':{'ownerReferences':[{'uid':'1','name':'a'},{'uid':'2'}]}} |"
            + " {'metadata':{'ownerReferences':[{'uid':'1','name':'b'},"
            + "{'uid':'2','$patch':'delete'}]}} |"
            + " {'metadata':{'ownerReferences':[{'uid':'1','name':'b'}]}}",
        "Node | {'spec':{'taints':[{'key':'a'},{'key':'b'}]}} |"
            + " {'spec':{'taints':[{'key':'b'}]}} | {'spec':{'taints':[{'key':'b'}]}}",
        "Node | {'status':{'conditions':[{'type':'A','status':'True'},{'type':'B'}]}} |"
            + " {'status':{'conditions':[{'type':'C'},{'type':'A','status':'False'}],"
            + "'$setElementOrder/conditions':[{'type':'C'},{'type':'A'}]}} |"
            + " {'status':{'conditions':[{'type':'C'},{'type':'A','status':'False'},"
            + "{'type':'B'}]}}",
        "Node | {'status':{'addresses':[{'type':'A','address':'1'}]}} |"
            + " {'status':{'addresses':[{'$patch':'replace'},{'type':'B','address':'2'}]}} |"
            + " {'status':{'addresses':[{'type':'B','address':'2'}]}}",
        "ServiceAccount | {'secrets':[{'name':'a'}],'imagePullSecrets':[{'name':'a'}]} |"
            + " {'secrets':[{'name':'b'}],'imagePullSecrets':[{'name':'b'}]} |"
            + " {'secrets':[{'name':'a'},{'name':'b'}],'imagePullSecrets':[{'name':'b'}]}",
        "Service | {'spec':{'ports':[{'port':80,'name':'a'}]}} |"
            + " {'spec':{'ports':[{'port':80,'name':'b'},{'port':90}]}} |"
            + " {'spec':{'ports':[{'port':80,'name':'b'},{'port':90}]}}",
        "Secret | {} | {'data':{'$patch':'merge','a':'1','b':null}} | {'data':{'a':'1'}}",
      })
  void aStrategicPatchIsCarriedOut(String kind, String target, String patch, String expected) {
    assertEquals(tree(expected), StrategicMergePatch.apply(kind, object(target), object(patch)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Secret | {'data':{'$patch':'destroy'}} | 400",
        "Node | {'status':{'conditions':[{'status':'True'}]}} | 400",
        "Node | {'status':{'conditions':['A']}} | 400",
        "Namespace | {'metadata':{'$deleteFromPrimitiveList/finalizers':'a'}} | 400",
        "ConfigMap | {'data':{'$retainKeys':'a'}} | 400",
        "ConfigMap | {'data':{'$retainKeys':['a'],'b':'1'}} | 422",
      })
  void aStrategicPatchThatMeansNothingIsRefused(String kind, String patch, int code) {
    Refusal refusal =
        assertThrows(
            Refusal.class,
            () -> StrategicMergePatch.apply(kind, object("{'data':{'a':'1'}}"), object(patch)));

    assertEquals(code, refusal.reason().code(), refusal.getMessage());
    assertTrue(!String.valueOf(refusal.getMessage()).isBlank());
  }

  private static JsonNode tree(String text) {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  private static ObjectNode object(String text) {
    return (ObjectNode) tree(text);
  }
}
