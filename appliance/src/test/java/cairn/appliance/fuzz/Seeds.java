package cairn.appliance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Good requests of every verb on kinds of every sort, for spoiling. */
final class Seeds {

  private static final String GROUP = "/apis/virtualization.deckhouse.io/v1alpha2";
  private static final String DEFAULT = "/namespaces/default/";

  private final List<RawRequest> requests = new ArrayList<>();

  private Seeds() {
    object("/api/v1" + DEFAULT + "configmaps", "'data':{'a':'b'}");
    object("/api/v1" + DEFAULT + "secrets", "'stringData':{'a':'b'},'type':'Opaque'");
    object("/api/v1" + DEFAULT + "events", "'involvedObject':{'kind':'Pod','name':'p'}");
    object(
        "/apis/events.k8s.io/v1" + DEFAULT + "events",
        "'eventTime':'2026-01-01T00:00:00.000000Z','action':'a','reason':'r','type':'Normal',"
            + "'regarding':{'kind':'Pod','name':'p','namespace':'default'},'note':'n',"
            + "'reportingController':'c','reportingInstance':'i'");
    object("/api/v1" + DEFAULT + "serviceaccounts", "'imagePullSecrets':[{'name':'a'}]");
    object("/api/v1/namespaces", "'spec':{}");
    object(
        "/apis/coordination.k8s.io/v1" + DEFAULT + "leases",
        "'spec':{'holderIdentity':'a','leaseDurationSeconds':15,"
            + "'renewTime':'2026-01-01T00:00:00.000000Z'}");
    object(
        GROUP + DEFAULT + "virtualdisks",
        "'spec':{'persistentVolumeClaim':{'size':'1Gi'},"
            + "'dataSource':{'type':'HTTP','http':{'url':'http://127.0.0.1:1/a.qcow2'}}}");
    object(
        GROUP + DEFAULT + "virtualmachines",
        "'spec':{'virtualMachineClassName':'generic','cpu':{'cores':2,'coreFraction':'50%'},"
            + "'memory':{'size':'1Gi'},'provisioning':{'type':'UserData','userData':'#x'},"
            + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'d'}]}");
    object(
        GROUP + "/virtualmachineclasses",
        "'spec':{'cpu':{'type':'Model','model':'Nehalem'},'sizingPolicies':[{'cores':{'min':1,"
            + "'max':4},'coreFractions':[5,10]}]}");
    object(
        GROUP.replace("v1alpha2", "v1alpha3") + "/virtualmachineclasses",
        "'spec':{'cpu':{'type':'Host'},'sizingPolicies':[{'cores':{'min':1,'max':4},"
            + "'coreFractions':['5%','10%'],'defaultCoreFraction':'5%'}]}");
    object(
        GROUP + DEFAULT + "virtualmachineoperations",
        "'spec':{'type':'Start','virtualMachineName':'x'}");
    object(GROUP + DEFAULT + "virtualmachineipaddresses", "'spec':{'type':'Auto'}");
    add(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "application/json",
        "{'spec':{'resourceAttributes':{'verb':'get','resource':'pods'}}}");
    for (String path :
        List.of(
            "/api",
            "/apis",
            GROUP,
            "/openapi/v2",
            "/openapi/v3",
            "/version",
            "/readyz",
            "/openapi/v3" + GROUP)) {
      add("GET", path, "", "");
    }
  }

  static List<RawRequest> all() {
    return List.copyOf(new Seeds().requests);
  }

  /** The verbs on one kind. */
  private void object(String collection, String fields) {
    String one = collection + "/x";
    String document = "{'metadata':{'name':'x','labels':{'a':'b'}}," + fields + "}";
    add("POST", collection, "application/json", document);
    add(
        "POST",
        collection,
        "application/json",
        document.replace("'name':'x'", "'generateName':'g-'"));
    add("GET", collection + "?limit=5", "", "");
    add("GET", collection + "?watch=1&timeoutSeconds=1", "", "");
    add("GET", one, "", "");
    add("PUT", one, "application/json", document);
    add("PATCH", one, "application/merge-patch+json", document);
    add("PATCH", one, "application/strategic-merge-patch+json", document);
    add("PATCH", one + "?fieldManager=fuzz&force=true", "application/apply-patch+yaml", document);
    add(
        "PATCH",
        one,
        "application/json-patch+json",
        "[{'op':'add','path':'/metadata/labels/c','value':'d'},{'op':'test','path':'/metadata/name',"
            + "'value':'x'},{'op':'move','from':'/metadata/labels/c','path':'/metadata/labels/e'}]");
    add("PATCH", one + "/status", "application/merge-patch+json", "{'status':{'phase':'x'}}");
    add("DELETE", one, "application/json", "{'propagationPolicy':'Background'}");
    add("DELETE", collection + "?labelSelector=a", "", "");
  }

  private void add(String method, String target, String contentType, String body) {
    requests.add(
        new RawRequest(
            method,
            target,
            contentType.isEmpty() ? List.of() : List.of("Content-Type: " + contentType),
            body.replace('\'', '"').getBytes(UTF_8)));
  }
}
