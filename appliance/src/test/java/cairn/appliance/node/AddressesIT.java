package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No address twice, none leaked, under kills. Claims and machines come and go from several clients
 * at once in a pool that is nearly too small, the service is killed at random moments, and when it
 * has come to rest everything must add up: claims, leases, reservations of the DHCP server, taps.
 */
class AddressesIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final int ROUNDS = 5;
  private static final int MACHINES = 3;

  /** Thirteen addresses for machines, of which two are raced for by name. */
  private static final String POOL = "10.66.77.0/28";

  private static final String RACED = "10.66.77.13";
  private static final String KEPT = "10.66.77.14";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void noAddressIsGivenTwiceAndNoneIsLostUnderKills(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT, "network:\n  cidrs:\n    - " + POOL + "\n");
        GuestSector guest = new GuestSector()) {
      HostTraces before = HostTraces.of(node.state(), LIBVIRT);
      try (KubernetesClient client = node.client()) {
        prepare(client, guest);
      }
      for (int round = 0; round < ROUNDS; round++) {
        round(node);
        settle(node, "round " + round + " of seed " + seed);
      }
      try (KubernetesClient client = node.client()) {
        deleteEverything(client, node);
      }
      HostTraces[] now = {before};
      Node.await(
          "the host to be as it was: " + before,
          () -> {
            now[0] = traces(node);
            return now[0].equals(before);
          },
          () -> now[0] + node.latestLog());
    }
  }

  /**
   * Clients at work, a kill in the middle, and another while the next service puts things right.
   */
  private void round(Node node) throws Exception {
    long untilKill = random.nextLong(1500);
    long untilNextKill = random.nextLong(800);
    List<Random> choices = Stream.generate(() -> new Random(random.nextLong())).limit(3).toList();
    try (KubernetesClient client = node.client();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var _ = clients.submit(() -> untilRefused(() -> claims(client, choices.get(0), "one")));
      var _ = clients.submit(() -> untilRefused(() -> claims(client, choices.get(1), "two")));
      var _ = clients.submit(() -> untilRefused(() -> machines(client, choices.get(2))));
      TimeUnit.MILLISECONDS.sleep(untilKill);
      node.kill();
      clients.shutdownNow();
    }
    node.restart();
    TimeUnit.MILLISECONDS.sleep(untilNextKill);
    node.kill();
    node.restart();
  }

  private interface Work {
    void once() throws InterruptedException;
  }

  /** A client works until the service is gone; single requests may be refused. */
  private static void untilRefused(Work work) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          work.once();
        } catch (KubernetesClientException refused) {
          if (refused.getCode() == 0) {
            return;
          }
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException done) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes or deletes a claim: automatic ones, and one that both namespaces race for. */
  private static void claims(KubernetesClient client, Random random, String namespace) {
    int which = random.nextInt(8);
    String name = which == 0 ? "raced" : "auto-" + which;
    if (random.nextInt(3) == 0) {
      client
          .genericKubernetesResources(Books.API, "VirtualMachineIPAddress")
          .inNamespace(namespace)
          .withName(name)
          .delete();
      return;
    }
    create(client, claim(namespace, name, which == 0 ? RACED : ""));
  }

  private static void machines(KubernetesClient client, Random random) throws InterruptedException {
    int which = random.nextInt(MACHINES);
    if (random.nextInt(3) == 0) {
      client
          .genericKubernetesResources(Books.API, "VirtualMachine")
          .inNamespace("one")
          .withName("machine-" + which)
          .delete();
    } else {
      create(client, machine(which));
    }
    TimeUnit.MILLISECONDS.sleep(100);
  }

  private static void prepare(KubernetesClient client, GuestSector guest) {
    for (String namespace : List.of("one", "two")) {
      create(
          client, "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(namespace));
    }
    create(
        client,
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: ClusterVirtualImage
        metadata: {name: sector}
        spec: {dataSource: {type: HTTP, http: {url: %s}}}
        """
            .formatted(guest.url()));
    for (int which = 0; which < MACHINES; which++) {
      create(
          client,
          """
          apiVersion: virtualization.deckhouse.io/v1alpha2
          kind: VirtualDisk
          metadata: {name: disk-%d, namespace: one}
          spec:
            persistentVolumeClaim: {size: 1Mi}
            dataSource: {type: ObjectRef, objectRef: {kind: ClusterVirtualImage, name: sector}}
          """
              .formatted(which));
    }
    create(client, claim("one", "kept", KEPT));
  }

  private static String claim(String namespace, String name, String address) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualMachineIPAddress
    metadata: {name: %s, namespace: %s}
    spec: %s
    """
        .formatted(
            name,
            namespace,
            address.isEmpty() ? "{type: Auto}" : "{type: Static, staticIP: " + address + "}");
  }

  /** The first machine uses the claim that is kept, the others have their own. */
  private static String machine(int which) {
    return """
    apiVersion: virtualization.deckhouse.io/v1alpha2
    kind: VirtualMachine
    metadata: {name: machine-%d, namespace: one}
    spec:
      runPolicy: AlwaysOn
      virtualMachineClassName: generic
      terminationGracePeriodSeconds: 3
      cpu: {cores: 1, coreFraction: 100%%}
      memory: {size: 32Mi}
      %s
      blockDeviceRefs: [{kind: VirtualDisk, name: disk-%d}]
    """
        .formatted(which, which == 0 ? "virtualMachineIPAddressName: kept" : "", which);
  }

  private static void create(KubernetesClient client, String manifest) {
    client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))).create();
  }

  /** Waits until all adds up, and then gives released addresses back before their time. */
  private static void settle(Node node, String when) throws Exception {
    try (KubernetesClient client = node.client()) {
      List<String> wrong = new ArrayList<>();
      Node.await(
          "all to add up after " + when,
          () -> {
            wrong.clear();
            wrong.addAll(Books.of(client, node).wrong());
            return wrong.isEmpty();
          },
          () -> String.join("\n", wrong) + "\n" + node.latestLog());
      for (Books.Lease lease : Books.of(client, node).leases()) {
        if (lease.claim().isEmpty()) {
          client
              .genericKubernetesResources(Books.API, "VirtualMachineIPAddressLease")
              .withName(lease.name())
              .delete();
        }
      }
    }
  }

  private static void deleteEverything(KubernetesClient client, Node node) throws Exception {
    for (String kind :
        List.of(
            "VirtualMachine", "VirtualMachineIPAddress", "VirtualDisk", "ClusterVirtualImage")) {
      for (GenericKubernetesResource each : Books.all(client, kind)) {
        client.resource(each).delete();
      }
    }
    client.namespaces().withName("one").delete();
    client.namespaces().withName("two").delete();
    Node.await(
        "the namespaces to go",
        () ->
            client.namespaces().withName("one").get() == null
                && client.namespaces().withName("two").get() == null,
        () -> node.latestLog());
    Books books = Books.of(client, node);
    assertEquals(List.of(), books.claims());
    assertTrue(
        books.leases().stream().allMatch(lease -> lease.claim().isEmpty()),
        () -> "leases are kept for a while, but held by nobody: " + books.leases());
    assertTrue(books.leases().stream().allMatch(lease -> lease.phase().equals("Released")));
  }

  private static HostTraces traces(Node node) {
    try {
      return HostTraces.of(node.state(), LIBVIRT);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
