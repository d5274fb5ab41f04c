package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Many small machines of {@link GuestSector} in one namespace, and what can be done to them. */
final class Fleet {

  static final String NAMESPACE = "fleet";

  private final KubernetesClient client;

  Fleet(KubernetesClient client) {
    this.client = client;
  }

  /** Namespace and image. */
  void prepare(GuestSector guest) {
    create(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: fleet}
        ---
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: ClusterVirtualImage
        metadata: {name: fleet-sector}
        spec: {dataSource: {type: HTTP, http: {url: %s}}}
        """
            .formatted(guest.url()));
  }

  void createDisk(int which) {
    create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualDisk
        metadata: {name: disk-%d, namespace: fleet}
        spec:
          persistentVolumeClaim: {size: 1Mi}
          dataSource: {type: ObjectRef, objectRef: {kind: ClusterVirtualImage, name: fleet-sector}}
        """
            .formatted(which));
  }

  /**
   * @param more further lines of the spec, or nothing
   */
  void createMachine(int which, String runPolicy, String more) {
    createMachine(which, runPolicy, more, "[{kind: VirtualDisk, name: disk-%d}]".formatted(which));
  }

  /**
   * @param more further lines of the spec, or nothing
   * @param devices its blockDeviceRefs
   */
  void createMachine(int which, String runPolicy, String more, String devices) {
    String ofClass = more.contains("ClassName:") ? "" : "virtualMachineClassName: generic";
    String grace = more.contains("terminationGrace") ? "" : "terminationGracePeriodSeconds: 5";
    create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachine
        metadata: {name: machine-%d, namespace: fleet}
        spec:
          runPolicy: %s
          %s
          %s
          cpu: {cores: 1, coreFraction: 5%%}
          memory: {size: 32Mi}
          blockDeviceRefs: %s
          %s
        """
            .formatted(which, runPolicy, ofClass, grace, devices, more));
  }

  /**
   * @return name of the operation
   */
  String operate(int which, String type, boolean force) {
    return create(
            """
            apiVersion: virtualization.deckhouse.io/v1alpha2
            kind: VirtualMachineOperation
            metadata: {generateName: machine-%d-, namespace: fleet}
            spec: {type: %s, virtualMachineName: machine-%d%s}
            """
                .formatted(which, type, which, force ? ", force: true" : ""))
        .getMetadata()
        .getName();
  }

  GenericKubernetesResource operation(String name) {
    return Objects.requireNonNull(
        client
            .genericKubernetesResources(Books.API, "VirtualMachineOperation")
            .inNamespace(NAMESPACE)
            .withName(name)
            .get());
  }

  void patchMachine(int which, String spec) {
    machine(which).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{%s}}".formatted(spec));
  }

  /**
   * @param annotations as JSON's fields
   */
  void annotateMachine(int which, String annotations) {
    machine(which)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{%s}}}".formatted(annotations));
  }

  void deleteMachine(int which) {
    machine(which).delete();
  }

  void deleteDisk(int which) {
    client
        .genericKubernetesResources(Books.API, "VirtualDisk")
        .inNamespace(NAMESPACE)
        .withName("disk-" + which)
        .delete();
  }

  List<GenericKubernetesResource> machines() {
    return all("VirtualMachine");
  }

  List<GenericKubernetesResource> operations() {
    return all("VirtualMachineOperation");
  }

  List<GenericKubernetesResource> disks() {
    return all("VirtualDisk");
  }

  private List<GenericKubernetesResource> all(String kind) {
    return client
        .genericKubernetesResources(Books.API, kind)
        .inNamespace(NAMESPACE)
        .list()
        .getItems();
  }

  Resource<GenericKubernetesResource> machine(int which) {
    return client
        .genericKubernetesResources(Books.API, "VirtualMachine")
        .inNamespace(NAMESPACE)
        .withName("machine-" + which);
  }

  static String phase(HasMetadata object) {
    return object instanceof GenericKubernetesResource generic
        ? Objects.requireNonNullElse(generic.<String>get("status", "phase"), "")
        : "";
  }

  /** Machines first: a disk that is used stays until they are gone. */
  void delete() {
    machines().forEach(each -> client.resource(each).delete());
    disks().forEach(each -> client.resource(each).delete());
    client
        .genericKubernetesResources(Books.API, "ClusterVirtualImage")
        .withName("fleet-sector")
        .delete();
    client.namespaces().withName(NAMESPACE).delete();
  }

  boolean gone() {
    return client.namespaces().withName(NAMESPACE).get() == null;
  }

  /** Types at the serial port of each guest that listens, past the service. */
  static void typeAt(Path run, String uid, char key) throws IOException {
    Path port = run.resolve("console/" + uid + ".sock");
    if (!Files.exists(port)) {
      return;
    }
    try (SocketChannel serial = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      serial.connect(UnixDomainSocketAddress.of(port));
      serial.write(ByteBuffer.wrap(String.valueOf(key).getBytes(US_ASCII)));
    }
  }

  /** Returns the last of what was created. */
  HasMetadata create(String manifest) {
    return client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).create().getLast();
  }

  /** Runs what may be refused: the object is there already, is gone, or has work under way. */
  static void tryTo(Runnable attempt) {
    try {
      attempt.run();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == 0) {
        throw refused;
      }
    }
  }
}
