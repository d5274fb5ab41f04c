package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.resource.Bench;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Leaders elected by a Lease, with the fabric8 client's own elector. */
@Timeout(120)
final class Fabric8ElectionIT {

  @RegisterExtension static final Tally TALLY = new Tally("fabric8 election");

  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(300);

  @TempDir private Path directory;
  private RunningApi api;
  private CuttingProxy wire;
  private KubernetesClient first;
  private KubernetesClient second;
  private final List<String> happened = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    api = new RunningApi(directory);
    wire = new CuttingProxy(api.port());
    String kubeconfig = api.kubeconfig(directory);
    first = client(kubeconfig.replace(":" + api.port(), ":" + wire.port()));
    second = client(kubeconfig);
  }

  @AfterEach
  void stop() throws Exception {
    first.close();
    second.close();
    wire.close();
    api.close();
  }

  @Test
  void whoNoLongerRenewsIsReplacedAndNobodyLeadsBesideAnother() {
    CompletableFuture<?> one = elect(first, "one", false);
    Bench.await("one leads", () -> happened.contains("one leads"));
    CompletableFuture<?> two = elect(second, "two", false);
    // Several rounds in which the second looks and finds the lease renewed.
    int renewals = revision();
    Bench.await("renewals", () -> revision() > renewals + 3);
    assertEquals(List.of("one leads"), happened);

    wire.cut();

    Bench.await("two leads", () -> happened.contains("two leads"));
    assertEquals(List.of("one leads", "one stops", "two leads"), happened);
    LeaseSpec lease = lease();
    assertEquals("two", lease.getHolderIdentity());
    assertEquals(1, lease.getLeaseTransitions());
    assertEquals(LEASE.toSeconds(), lease.getLeaseDurationSeconds().longValue());
    one.cancel(true);
    two.cancel(true);
  }

  @Test
  void whoReleasesIsReplaced() {
    CompletableFuture<?> one = elect(first, "one", true);
    Bench.await("one leads", () -> happened.contains("one leads"));
    CompletableFuture<?> two = elect(second, "two", true);

    one.cancel(true);

    Bench.await("two leads", () -> happened.contains("two leads"));
    assertEquals(List.of("one leads", "one stops", "two leads"), happened);
    int renewals = revision();
    Bench.await("renewals", () -> revision() > renewals + 2);
    two.cancel(true);
    // This client merges its patch, which cannot take the holder away, so it shortens the lease.
    Bench.await("two let go", () -> lease().getLeaseDurationSeconds() == 1);
    Bench.await("two stopped", () -> happened.contains("two stops"));
    assertEquals(List.of("one leads", "one stops", "two leads", "two stops"), happened);
  }

  private LeaseSpec lease() {
    return second.leases().inNamespace("default").withName("lock").get().getSpec();
  }

  /** Grows with each renewal. */
  private int revision() {
    return Integer.parseInt(
        second
            .leases()
            .inNamespace("default")
            .withName("lock")
            .get()
            .getMetadata()
            .getResourceVersion());
  }

  private CompletableFuture<?> elect(KubernetesClient client, String name, boolean release) {
    return client
        .leaderElector()
        .withConfig(
            new LeaderElectionConfigBuilder()
                .withName(name)
                .withLock(new LeaseLock("default", "lock", name))
                .withLeaseDuration(LEASE)
                .withRenewDeadline(RENEWED_WITHIN)
                .withRetryPeriod(RETRY)
                .withReleaseOnCancel(release)
                .withLeaderCallbacks(
                    new LeaderCallbacks(
                        () -> happened.add(name + " leads"),
                        () -> happened.add(name + " stops"),
                        leader -> {}))
                .build())
        .build()
        .start();
  }

  private static KubernetesClient client(String kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig);
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
