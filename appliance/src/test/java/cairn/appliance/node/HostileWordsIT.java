package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people write reaches the guest byte for byte and nothing else: no definition, command line,
 * path or line of another program's files has it. What becomes a name is refused unless it is one.
 */
class HostileWordsIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  /** Ends quotes, elements, lines, paths and commands of whoever takes it for a part of them. */
  private static final String WORDS =
      "evil\"'<&>]]>--><!-- \\ %s {{x}} ,evil=on;\n\r\t`touch evil-ran`$(touch evil-ran)"
          + " ../../../evil \u202e ü \ud83d\ude00";

  /** A name that is one, and a truth value for YAML. */
  private static final String NAME = "no";

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: hostile}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata: {name: "no", namespace: hostile}
      spec:
        persistentVolumeClaim: {size: 1Mi}
        dataSource: {type: HTTP, http: {url: IMAGE}}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata: {name: "no", namespace: hostile}
      spec:
        virtualMachineClassName: generic
        cpu: {cores: 1, coreFraction: 100%}
        memory: {size: 32Mi}
        provisioning: {type: UserDataRef, userDataRef: {kind: Secret, name: told}}
        blockDeviceRefs: [{kind: VirtualDisk, name: "no"}]
      """;

  @Test
  void theyReachTheGuestAndNothingElse(@TempDir Path home, @TempDir Path seed) throws Exception {
    byte[] userData = userData();
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      create(client, guest, userData);
      Node.await(
          "the machine to run",
          () -> Fleet.phase(machine(client)).equals("Running"),
          () -> machine(client) + node.latestLog());
      String uid = machine(client).getMetadata().getUid();

      assertEquals(WORDS, machine(client).getMetadata().getAnnotations().get("note"));
      clean("definition", run("virsh", "-q", "-c", uri(), "dumpxml", uid));
      clean("command line", Files.readString(Path.of("/proc/" + pid(uid) + "/cmdline")));
      clean("reservation", reservation(node));
      noFileIsCalledAfterThem(home);
      run(
          "xorriso",
          "-osirrox",
          "on",
          "-indev",
          node.state().resolve("seeds/" + uid + ".iso").toString(),
          "-extract",
          "/",
          seed.resolve("out").toString());
      assertArrayEquals(userData, Files.readAllBytes(seed.resolve("out/user-data")));
      assertEquals(
          "instance-id: %s\nlocal-hostname: \"no\"\n".formatted(uid),
          Files.readString(seed.resolve("out/meta-data")));

      namesMustBeNames(client);
      noFileIsCalledAfterThem(home);
      client.namespaces().withName("hostile").delete();
      Node.await(
          "the namespace to go",
          () -> client.namespaces().withName("hostile").get() == null,
          node::latestLog);
    }
  }

  private static void create(KubernetesClient client, GuestSector guest, byte[] userData) {
    List<HasMetadata> things =
        client
            .load(new ByteArrayInputStream(MANIFEST.replace("IMAGE", guest.url()).getBytes(UTF_8)))
            .items();
    for (HasMetadata thing : things) {
      thing.getMetadata().setAnnotations(Map.of("note", WORDS));
      client.resource(thing).create();
    }
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("told")
                .withNamespace("hostile")
                .endMetadata()
                .withType("provisioning.virtualization.deckhouse.io/cloud-init")
                .withData(Map.of("userData", Base64.getEncoder().encodeToString(userData)))
                .build())
        .create();
  }

  /** The words, and every byte there is, NUL too. */
  private static byte[] userData() {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(("#cloud-config\n" + WORDS).getBytes(UTF_8));
    for (int each = 0; each < 256; each++) {
      data.write(each);
    }
    return data.toByteArray();
  }

  private static void namesMustBeNames(KubernetesClient client) {
    for (String kind : List.of("VirtualMachine", "VirtualDisk", "VirtualImage")) {
      for (String name :
          List.of(WORDS, "../../evil", "evil/evil", "..", "$(evil)", "evil\n", "evil\0", "évil")) {
        refused(client, kind, name, Map.of());
      }
      refused(client, kind, "fine", Map.of("label", WORDS));
    }
  }

  private static void refused(
      KubernetesClient client, String kind, String name, Map<String, String> labels) {
    GenericKubernetesResource thing =
        (GenericKubernetesResource)
            client.load(new ByteArrayInputStream(MANIFEST.getBytes(UTF_8))).items().getLast();
    thing.setKind(kind);
    thing.getMetadata().setName(name);
    thing.getMetadata().setLabels(labels);
    KubernetesClientException refusal =
        assertThrows(
            KubernetesClientException.class,
            () -> client.resource(thing).create(),
            () -> kind + " " + name);
    assertTrue(
        String.valueOf(refusal.getMessage()).contains(labels.isEmpty() ? "name" : "labels"),
        refusal.getMessage());
  }

  private static void clean(String what, String text) {
    assertFalse(text.contains("evil"), () -> what + ": " + text);
    assertTrue(text.contains(what.equals("definition") ? "hostile/no" : NAME), what + text);
  }

  private static void noFileIsCalledAfterThem(Path home) throws IOException {
    for (Path folder : List.of(home, LIBVIRT, Path.of(""))) {
      try (Stream<Path> files = Files.list(folder.toAbsolutePath())) {
        assertEquals(
            List.of(),
            files.filter(file -> file.getFileName().toString().contains("evil")).toList());
      }
    }
    try (Stream<Path> files = Files.walk(home)) {
      assertEquals(List.of(), files.filter(file -> file.toString().contains("evil")).toList());
    }
  }

  private static String reservation(Node node) throws IOException {
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> files = Files.walk(node.state().resolve("network/main/hosts"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines.append(Files.readString(file));
      }
    }
    assertEquals(1, lines.toString().lines().count(), lines::toString);
    return lines.toString();
  }

  private static GenericKubernetesResource machine(KubernetesClient client) {
    return Objects.requireNonNull(
        client
            .genericKubernetesResources(Books.API, "VirtualMachine")
            .inNamespace("hostile")
            .withName(NAME)
            .get());
  }

  private static String uri() {
    return "qemu+unix:///system?socket=" + LIBVIRT.resolve("run/libvirt-sock");
  }

  private static String pid(String uid) throws IOException {
    try (Stream<Path> files = Files.list(LIBVIRT.resolve("run/qemu"))) {
      return Files.readString(
              files
                  .filter(file -> file.toString().endsWith(uid + ".pid"))
                  .findFirst()
                  .orElseThrow())
          .strip();
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
