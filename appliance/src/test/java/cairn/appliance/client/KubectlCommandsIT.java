package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.appliance.node.Kubectl;
import cairn.appliance.node.Kubectl.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each kubectl found says to each command that people type, against the API alone: the exit
 * code, and a pattern that its output or its complaint holds. All are tried; the failures are told
 * together.
 */
class KubectlCommandsIT {

  private static final String EVENT =
      """
      apiVersion: v1
      kind: Event
      metadata:
        name: e
      involvedObject: {apiVersion: virtualization.deckhouse.io/v1alpha2, kind: VirtualDisk, name: d, namespace: HERE}
      reason: Full
      message: full
      type: Warning
      """;

  private static final String NEW_EVENT =
      """
      apiVersion: events.k8s.io/v1
      kind: Event
      metadata:
        name: fresh
      eventTime: "2026-11-22T10:00:00Z"
      regarding: {apiVersion: virtualization.deckhouse.io/v1alpha2, kind: VirtualDisk, name: d, namespace: HERE}
      reason: Made
      action: Make
      note: made
      type: Normal
      reportingController: example.com/c
      reportingInstance: i
      """;

  private static final String DISK =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata:
        name: d
        labels:
          colour: %s
      spec:
        persistentVolumeClaim:
          size: 64Mi
      %s
      """;

  private static final String TLS_WITHOUT_KEYS =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: t
      type: kubernetes.io/tls
      data:
        tls.crt: Yg==
      """;

  private static final String MAP =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: %s
      data:
        a: %s
      """;

  private int passed;
  private final List<String> failed = new ArrayList<>();

  @Test
  void everyVersionIsAnsweredAsByAnyCluster(@TempDir Path home) throws Exception {
    List<Path> programs = Kubectl.found();
    if (programs.isEmpty()) {
      System.err.println(
          "SKIPPED: KubectlCommandsIT needs a kubectl on the PATH, and there is none");
    }
    assumeFalse(programs.isEmpty(), "no kubectl on the PATH");
    try (RunningApi api = new RunningApi(home)) {
      api.kubeconfig(home);
      for (Path program : programs) {
        Path own = Files.createDirectory(home.resolve(program.getFileName().toString()));
        Kubectl kubectl = new Kubectl(program, home.resolve("kubeconfig"), own);
        String space = "k-" + programs.indexOf(program);
        new Session(kubectl, space).all();
      }
    }
    System.out.printf("kubectl: %d passed, %d failed%n", passed, failed.size());
    assertEquals(List.of(), failed);
  }

  /** One version in a namespace of its own. */
  private final class Session {

    private final Kubectl kubectl;
    private final String space;

    Session(Kubectl kubectl, String space) {
      this.kubectl = kubectl;
      this.space = space;
    }

    void all() throws Exception {
      server();
      access();
      node();
      says(0, "namespace/" + space + " created", "create", "namespace", space);
      coreKinds();
      disk();
      reading();
      changing();
      refusals();
      nulls();
      invalidPatches();
      deleting();
    }

    private void server() throws Exception {
      says(0, "v1\\.32\\.0\\+cairn", "version");
      says(0, "control plane.* is running at", "cluster-info");
      says(0, "virtualmachines +vm +virtualization", "api-resources");
      says(0, "virtualmachineclasses +vmc,vmclass", "api-resources", "--namespaced=false");
      says(0, "virtualization\\.deckhouse\\.io/v1alpha2", "api-versions");
      says(0, "^ok$", "get", "--raw", "/readyz");
      says(0, "ObjectMeta", "get", "--raw", "/openapi/v2");
      says(0, "Number of|cores", "explain", "vm.spec.cpu.cores");
      says(0, "sizingPolicies", "explain", "vmclass.spec");
      says(0, "VirtualDisk", "explain", "vd");
      says(0, "virtualmachines\\.virt", "get", "crd");
      says(0, "holderIdentity", "explain", "lease.spec");
    }

    private void access() throws Exception {
      says(0, "yes", "auth", "can-i", "create", "vm");
      says(0, "yes", "auth", "can-i", "*", "*", "--all-namespaces");
      says(0, "\\*\\.\\*", "auth", "can-i", "--list");
      says(0, "system:authenticated", "auth", "whoami");
    }

    private void node() throws Exception {
      says(0, "testnode", "get", "nodes", "-o", "wide");
      says(0, "Non-terminated Pods: +\\(0 in total\\)", "describe", "node", "testnode");
      says(0, "No resources found", "get", "pods", "-A");
      says(0, "No resources found", "get", "svc", "-A");
      says(0, "testnode cordoned", "cordon", "testnode");
      says(0, "SchedulingDisabled", "get", "node", "testnode");
      says(0, "testnode drained", "drain", "testnode");
      says(0, "testnode uncordoned", "uncordon", "testnode");
      says(0, "testnode tainted", "taint", "nodes", "testnode", "a=b:NoSchedule");
      says(0, "testnode untainted", "taint", "nodes", "testnode", "a=b:NoSchedule-");
    }

    private void coreKinds() throws Exception {
      says(0, "s created", in("create", "secret", "generic", "s", "--from-literal=a=b"));
      says(0, "c created", in("create", "configmap", "c", "--from-literal=a=b"));
      says(0, "a created", in("create", "serviceaccount", "a"));
      says(0, "s +Opaque +1", in("get", "secrets"));
      says(0, "^b$", in("get", "cm", "c", "-o", "jsonpath={.data.a}"));
      says(0, "patched", in("patch", "cm", "c", "-p", "{\"data\":{\"x\":\"y\"}}"));
      says(0, "^y b$", in("get", "cm", "c", "-o", "jsonpath={.data.x} {.data.a}"));
      says(0, "a +0 ", in("get", "sa"));
      says(
          0,
          "r created",
          in(
              "create",
              "secret",
              "docker-registry",
              "r",
              "--docker-server=r.example.com",
              "--docker-username=u",
              "--docker-password=p"));
      says(
          1,
          "expected a whole number",
          "get",
          "--raw",
          "/api/v1/namespaces/" + space + "/configmaps?limit=abc");
      feeds(0, "e created", EVENT.replace("HERE", space), in("create", "-f", "-"));
      feeds(0, "fresh created", NEW_EVENT.replace("HERE", space), in("create", "-f", "-"));
      for (String group : List.of("events", "events.events.k8s.io")) {
        says(0, "Warning +Full +virtualdisk/d +full", in("get", group));
        says(0, "Normal +Made +virtualdisk/d +made", in("get", group));
      }
      says(0, "Warning +Full +VirtualDisk/d +full", in("events"));
      says(0, "Normal +Made +VirtualDisk/d +made", in("events", "--for", "virtualdisk/d"));
      says(0, "^made$", in("get", "events.events.k8s.io", "fresh", "-o", "jsonpath={.note}"));
      says(0, "deleted", in("delete", "events.events.k8s.io", "fresh"));
    }

    private void disk() throws Exception {
      feeds(0, "d created", DISK.formatted("red", ""), in("create", "-f", "-"));
      feeds(1, "AlreadyExists", DISK.formatted("red", ""), in("create", "-f", "-"));
      feeds(0, "d configured", DISK.formatted("red", ""), in("apply", "-f", "-"));
      feeds(0, "d unchanged", DISK.formatted("red", ""), in("apply", "-f", "-"));
      feeds(1, "[-+] +colour: blue", DISK.formatted("blue", ""), in("diff", "-f", "-"));
      feeds(
          0,
          "configured \\(server dry run\\)",
          DISK.formatted("blue", ""),
          in("apply", "--dry-run=server", "-f", "-"));
      says(0, "^red$", in("get", "vd", "d", "-o", "jsonpath={.metadata.labels.colour}"));
    }

    private void reading() throws Exception {
      says(0, "NAME +PHASE +CAPACITY", in("get", "vd"));
      says(0, "^d ", in("get", "vd", "--no-headers"));
      says(0, "STORAGECLASS", in("get", "vd", "-o", "wide"));
      says(0, "virtualdisk\\.virtualization\\.deckhouse\\.io/d", in("get", "vd", "-o", "name"));
      says(0, "size: 64Mi", in("get", "vd", "d", "-o", "yaml"));
      says(0, "\"size\": \"64Mi\"", in("get", "vd", "-o", "json"));
      says(0, "64Mi", in("get", "vd", "-o", "custom-columns=S:.spec.persistentVolumeClaim.size"));
      says(0, "colour=red", in("get", "vd", "--show-labels"));
      says(0, space + " +d ", "get", "vd", "-A");
      says(0, "^d ", in("get", "vd", "-l", "colour in (red,blue)", "--no-headers"));
      says(0, "No resources found", in("get", "vd", "-l", "colour!=red"));
      says(0, "^d ", in("get", "vd", "--field-selector", "metadata.name=d", "--no-headers"));
      says(0, "kube-root|c ", in("get", "cm,sa", "--chunk-size=1"));
      says(0, "^d ", in("get", "vd", "--sort-by=.metadata.name", "--no-headers"));
      says(0, "d condition met", in("wait", "--for=jsonpath={.metadata.name}=d", "vd/d"));
      says(0, "Name: +d", in("describe", "vd", "d"));
      says(0, "virtualdisk.*/d", in("get", "all,vd", "-o", "name"));
    }

    private void changing() throws Exception {
      says(0, "labeled", in("label", "vd", "d", "size=small"));
      says(1, "already has a value", in("label", "vd", "d", "size=large"));
      says(0, "labeled", in("label", "vd", "d", "size=large", "--overwrite"));
      says(0, "annotated?$", in("annotate", "vd", "d", "note=yes"));
      says(
          0,
          "patched",
          in(
              "patch",
              "vd",
              "d",
              "--type=merge",
              "-p",
              "{\"metadata\":{\"labels\":{\"m\":\"1\"}}}"));
      says(
          0,
          "patched",
          in(
              "patch",
              "vd",
              "d",
              "--type=json",
              "-p",
              "[{\"op\":\"add\",\"path\":\"/metadata/labels/j\",\"value\":\"1\"}]"));
      says(1, "not supported", in("patch", "vd", "d", "-p", "{\"metadata\":{}}"));
      feeds(0, "replaced", DISK.formatted("green", ""), in("replace", "-f", "-"));
      feeds(
          0,
          "serverside-applied",
          DISK.formatted("green", ""),
          in("apply", "--server-side", "--force-conflicts", "-f", "-"));
      feeds(
          1,
          "conflict",
          DISK.formatted("black", ""),
          in("apply", "--server-side", "--field-manager=other", "-f", "-"));
    }

    private void refusals() throws Exception {
      says(1, "doesn't have a resource type \"pigeons\"", in("get", "pigeons"));
      says(1, "\"nobody\" not found", in("get", "vm", "nobody"));
      says(1, "field label not supported", in("get", "vd", "--field-selector", "spec.x=y"));
      feeds(
          1,
          "unknown field \"spec.colour\"",
          DISK.formatted("red", "  colour: red"),
          in("apply", "-f", "-"));
      feeds(
          1,
          "Invalid value|Unsupported value|should be|must be",
          DISK.formatted("red", "  dataSource: {type: Nothing}"),
          in("apply", "-f", "-"));
      says(1, "Forbidden|may not be deleted", "delete", "namespace", "kube-system");
      feeds(
          1,
          "Secret \"t\" is invalid: data\\[tls\\.key\\]: Required value",
          TLS_WITHOUT_KEYS,
          in("create", "-f", "-"));
      feeds(
          1,
          "BadRequest.*cannot unmarshal number into Go struct field ConfigMap.data of type string",
          MAP.formatted("number", "5"),
          in("create", "--validate=ignore", "-f", "-"));
      says(1, "NotFound|not find", in("create", "token", "a"));
    }

    /** Null in a map is an empty text, as for Go. */
    private void nulls() throws Exception {
      feeds(0, "nulls created", MAP.formatted("nulls", "null"), in("create", "-f", "-"));
      says(0, "^\\{\"a\":\"\"\\}$", in("get", "cm", "nulls", "-o", "jsonpath={.data}"));
    }

    private void invalidPatches() throws Exception {
      for (String path : List.of("", "/metadata", "/kind", "/spec/nothing")) {
        says(
            1,
            "missing|undeterminable",
            in(
                "patch",
                "vd",
                "d",
                "--type=json",
                "-p",
                "[{\"op\":\"remove\",\"path\":\"" + path + "\"}]"));
      }
      says(
          1, "undeterminable", in("patch", "vd", "d", "--type=merge", "-p", "{\"metadata\":null}"));
      says(1, "not an array", in("patch", "vd", "d", "--type=json", "-p", "{}"));
      says(0, "^d ", in("get", "vd", "d", "--no-headers"));
    }

    private void deleting() throws Exception {
      says(0, "deleted", in("delete", "vd", "d", "--dry-run=server"));
      says(0, "^d ", in("get", "vd", "d", "--no-headers"));
      says(0, "deleted", in("delete", "vd", "-l", "colour=green"));
      says(1, "NotFound", in("get", "vd", "d"));
      says(0, "", in("delete", "vd", "d", "--ignore-not-found"));
      says(0, "deleted", in("delete", "cm,secret,sa", "--all"));
      says(0, "deleted", "delete", "namespace", space, "--wait=false");
      says(0, "Terminating", "get", "namespace", space);
    }

    private String[] in(String... arguments) {
      List<String> all = new ArrayList<>(List.of("-n", space));
      all.addAll(List.of(arguments));
      return all.toArray(String[]::new);
    }

    private void says(int code, String pattern, String... arguments) throws Exception {
      feeds(code, pattern, "", arguments);
    }

    private void feeds(int code, String pattern, String input, String... arguments)
        throws Exception {
      Ran ran = kubectl.run(input, arguments);
      String said = ran.out() + ran.err();
      if (ran.code() == code && Pattern.compile(pattern, Pattern.MULTILINE).matcher(said).find()) {
        passed++;
      } else {
        failed.add(
            "%s %s: expected %d and \"%s\", got %s%n"
                .formatted(kubectl, String.join(" ", arguments), code, pattern, ran));
      }
    }
  }
}
