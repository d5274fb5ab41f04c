package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.Retention;
import cairn.appliance.store.UptimeClock;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Informers of the fabric8 client while connections break and the service stops, dies and comes
 * back: no event is lost and no handler is told what cannot be.
 */
@Timeout(180)
final class Fabric8ReconnectIT {

  @RegisterExtension static final Tally TALLY = new Tally("fabric8 reconnecting");

  private static final String SPACE = "default";
  private static final int NAMES = 12;

  /** How the client follows. */
  enum Way {
    WEBSOCKET,
    HTTP,
    /**
     * After a break this client asks for the whole state again and takes it for additions, so what
     * was deleted meanwhile it never learns: nothing that a server could tell it in these words.
     */
    WATCH_LIST
  }

  @Test
  void aResyncTellsAllAgainAndNothingElse(@TempDir Path directory) throws Exception {
    try (RunningApi api = new RunningApi(directory);
        KubernetesClient client = client(api.kubeconfig(directory), Way.WEBSOCKET)) {
      IntStream.range(0, 5).forEach(i -> create(client, "m" + i, "0"));
      Ledger ledger = new Ledger();
      try (SharedIndexInformer<ConfigMap> informer = maps(client).runnableInformer(500)) {
        informer.addEventHandlerWithResyncPeriod(ledger, 500);
        informer.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
        Bench.await("two resyncs of five objects", () -> ledger.resyncs() >= 10);
        set(client, "m0", "1");
        maps(client).withName("m1").delete();
        Bench.await("the change came", () -> ledger.state().equals(truth(client)));
      }
      assertEquals(List.of(), ledger.impossible());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noEventIsLostOrDoubledWhileConnectionsBreak(Way way, @TempDir Path directory)
      throws Exception {
    try (RunningApi api = new RunningApi(directory);
        CuttingProxy wire = new CuttingProxy(api.port());
        KubernetesClient writer = client(api.kubeconfig(directory), Way.WEBSOCKET);
        KubernetesClient reader = client(through(wire, api, directory), way)) {
      create(writer, "counted", "0");
      Ledger ledger = new Ledger();
      try (SharedIndexInformer<ConfigMap> informer = following(reader, ledger)) {
        assertTrue(informer.isRunning());
        Random random = new Random(3);
        for (int n = 1; n <= 200; n++) {
          set(writer, "counted", "" + n);
          if (random.nextInt(10) == 0) {
            wire.snap();
          }
        }
        Bench.await("the last state came", () -> ledger.state().equals(truth(writer)));
      }
      List<Integer> values = ledger.values().stream().map(Integer::valueOf).toList();
      assertEquals(values.stream().distinct().sorted().toList(), values, "in order and once");
      assertEquals(200, values.getLast());
      if (way != Way.WATCH_LIST) {
        // That way the client asks for the present state after each break, not for the changes.
        assertEquals(201, values.size(), () -> "of 0 to 200 came " + values);
      }
      assertEquals(List.of(), ledger.impossible());
    }
  }

  /** Who was away for too long is told 410 and lists again. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WATCH_LIST")
  void whoIsAwayTooLongListsAgain(Way way, @TempDir Path directory) throws Exception {
    Retention short20 =
        new Retention(
            Duration.ZERO, 1, 20, 32L << 20, 4_096, 32L << 20, Duration.ofHours(1), 5_000);
    try (RunningApi api =
            new RunningApi(directory, new MemoryResourceStore(short20, UptimeClock.system()), 0);
        CuttingProxy wire = new CuttingProxy(api.port());
        KubernetesClient writer = client(api.kubeconfig(directory), Way.WEBSOCKET);
        KubernetesClient reader = client(through(wire, api, directory), way)) {
      IntStream.range(0, 5).forEach(i -> create(writer, "m" + i, "0"));
      Ledger ledger = new Ledger();
      try (SharedIndexInformer<ConfigMap> informer = following(reader, ledger)) {
        wire.cut();
        Bench.await("the watch ended", () -> api.watches() == 0);
        for (int n = 1; n <= 50; n++) {
          set(writer, "m0", "" + n);
        }
        maps(writer).withName("m1").delete();
        create(writer, "m5", "0");
        wire.mend();
        Bench.await("the state came", () -> ledger.state().equals(truth(writer)));
        set(writer, "m5", "1");
        Bench.await("it follows again", () -> ledger.state().equals(truth(writer)));
        assertTrue(informer.isRunning());
      }
      assertEquals(List.of(), ledger.impossible());
      assertTrue(ledger.values().size() < 50, "it did not list again: " + ledger.values());
    }
  }

  @Test
  void aWatchFromAForgottenVersionIsGone(@TempDir Path directory) throws Exception {
    Retention short20 =
        new Retention(
            Duration.ZERO, 1, 20, 32L << 20, 4_096, 32L << 20, Duration.ofHours(1), 5_000);
    try (RunningApi api =
            new RunningApi(directory, new MemoryResourceStore(short20, UptimeClock.system()), 0);
        KubernetesClient client = client(api.kubeconfig(directory), Way.WEBSOCKET)) {
      create(client, "m", "0");
      String old = maps(client).withName("m").get().getMetadata().getResourceVersion();
      IntStream.range(0, 30).forEach(n -> set(client, "m", "" + n));
      BlockingQueue<Optional<WatcherException>> closed = new LinkedBlockingQueue<>();

      try (Watch watch = maps(client).withResourceVersion(old).watch(closing(closed))) {
        WatcherException gone = closed.poll(20, TimeUnit.SECONDS).orElseThrow();
        assertTrue(gone.isHttpGone(), gone.toString());
        assertTrue(watch != null);
      } catch (KubernetesClientException refused) {
        assertEquals(410, refused.getCode());
      }
    }
  }

  /** Kills and stops while three clients write and informers follow, on one store. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WATCH_LIST")
  void nothingIsLostWhileTheServiceStopsDiesAndComesBack(Way way, @TempDir Path directory)
      throws Exception {
    try (ServedApi api = new ServedApi(directory)) {
      api.start();
      try (KubernetesClient reader = client(api.kubeconfig(), way);
          KubernetesClient writer = client(api.kubeconfig(), Way.WEBSOCKET)) {
        Ledger ledger = new Ledger();
        try (SharedIndexInformer<ConfigMap> informer = following(reader, ledger)) {
          Scribbling scribbling = new Scribbling(writer);
          try {
            for (boolean killed : List.of(true, false, true)) {
              scribbling.awaitMore(30);
              if (killed) {
                api.kill();
              } else {
                api.stop();
              }
              api.start();
            }
            scribbling.awaitMore(30);
          } finally {
            scribbling.end();
          }
          Bench.await("the state came", () -> ledger.state().equals(truth(writer)));
          assertTrue(informer.isRunning());
        }
        assertEquals(List.of(), ledger.impossible());
      }
    }
  }

  /** Writes that go on and on, and fail while nobody serves. */
  private static final class Scribbling {

    private final KubernetesClient client;
    private final Thread thread;
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean over;

    Scribbling(KubernetesClient client) {
      this.client = client;
      this.thread = Thread.ofVirtual().start(this::run);
    }

    void awaitMore(int writes) {
      int before = done.get();
      Bench.await(writes + " more writes", () -> done.get() >= before + writes);
    }

    private void run() {
      Random random = new Random(5);
      for (int n = 0; !over; n++) {
        String name = "m" + random.nextInt(NAMES);
        try {
          if (random.nextInt(4) == 0) {
            maps(client).withName(name).delete();
          } else {
            client
                .resource(map(name, "" + n))
                .inNamespace(SPACE)
                .unlock()
                .createOr(on -> on.update());
          }
          done.incrementAndGet();
        } catch (KubernetesClientException e) {
          // Nobody serves at the moment, or another attempt of this very write was heard.
        }
      }
    }

    void end() throws InterruptedException {
      over = true;
      thread.join();
    }
  }

  private static SharedIndexInformer<ConfigMap> following(KubernetesClient client, Ledger ledger)
      throws Exception {
    SharedIndexInformer<ConfigMap> informer =
        maps(client).withLabel("followed", "yes").runnableInformer(0);
    informer.addEventHandler(ledger);
    informer.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
    return informer;
  }

  private static Map<String, String> truth(KubernetesClient client) {
    return Ledger.state(maps(client).withLabel("followed", "yes").list().getItems());
  }

  private static Watcher<ConfigMap> closing(BlockingQueue<Optional<WatcherException>> closed) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {}

      @Override
      public void onClose(@Nullable WatcherException cause) {
        closed.add(Optional.ofNullable(cause));
      }
    };
  }

  private static void create(KubernetesClient client, String name, String n) {
    client.resource(map(name, n)).inNamespace(SPACE).create();
  }

  private static void set(KubernetesClient client, String name, String n) {
    maps(client)
        .withName(name)
        .edit(present -> new ConfigMapBuilder(present).addToData("n", n).build());
  }

  private static ConfigMap map(String name, String n) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("followed", "yes")
        .endMetadata()
        .addToData("n", n)
        .build();
  }

  private static NonNamespaceOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> maps(
      KubernetesClient client) {
    return client.configMaps().inNamespace(SPACE);
  }

  private static String through(CuttingProxy wire, RunningApi api, Path directory) {
    return api.kubeconfig(directory).replace(":" + api.port(), ":" + wire.port());
  }

  private static KubernetesClient client(String kubeconfig, Way way) {
    Config config = Config.fromKubeconfig(kubeconfig);
    config.setWatchReconnectInterval(50);
    config.setRequestRetryBackoffInterval(50);
    config.setRequestRetryBackoffLimit(2);
    Consumer<Config> set =
        switch (way) {
          case WEBSOCKET -> _ -> {};
          case HTTP -> one -> one.setOnlyHttpWatches(true);
          case WATCH_LIST -> one -> one.setWatchList(true);
        };
    set.accept(config);
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
