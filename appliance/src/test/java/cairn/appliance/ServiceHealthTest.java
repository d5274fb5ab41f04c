package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.server.Health.Check;
import cairn.appliance.server.Health.Weight;
import cairn.appliance.store.Writability;
import cairn.hypervisor.testing.FakeHypervisor;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServiceHealthTest {

  private final AtomicReference<Writability> store = new AtomicReference<>(new Writability.Open());
  private final FakeHypervisor hypervisor = new FakeHypervisor();
  private final ServiceHealth health = new ServiceHealth(store::get, hypervisor);

  @Test
  void itIsReadyOnceTheControllersWork() {
    assertEquals(List.of("controllers READINESS"), wrong());

    health.started();

    assertEquals(List.of(), wrong());
  }

  @Test
  void aStoreThatRefusesIsNotReadyAndOneThatEndedIsNotAlive() {
    health.started();

    store.set(new Writability.Full("full"));
    assertEquals(List.of("store READINESS"), wrong());
    store.set(new Writability.Failing("failing"));
    assertEquals(List.of("store READINESS"), wrong());
    store.set(new Writability.Ended("ended"));
    assertEquals(List.of("store-writer LIFE", "store READINESS"), wrong());
    store.set(new Writability.Open());
    assertEquals(List.of(), wrong());
  }

  @Test
  void aLostHypervisorIsToldOnly() {
    health.started();

    hypervisor.hostLosesDaemon();

    assertEquals(List.of("hypervisor INFORMATION"), wrong());
    hypervisor.hostFindsDaemon();
    assertEquals(List.of(), wrong());
  }

  private List<String> wrong() {
    return health.checks().stream()
        .filter(check -> check.wrong().isPresent())
        .map(ServiceHealthTest::shown)
        .toList();
  }

  private static String shown(Check check) {
    Weight weight = check.weight();
    return check.name() + " " + weight;
  }
}
