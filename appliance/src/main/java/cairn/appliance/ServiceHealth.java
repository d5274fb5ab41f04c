package cairn.appliance;

import static java.util.Objects.requireNonNull;

import cairn.appliance.server.Health;
import cairn.appliance.store.Writability;
import cairn.hypervisor.Hypervisor;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the health paths say. The store decides: without it nothing that is asked here lasts. A lost
 * libvirt is told but does not count, because the API answers all the same, guests run on, and
 * nobody but libvirt's own supervisor can bring it back.
 */
public final class ServiceHealth implements Health {

  private final Supplier<Writability> store;
  private final Hypervisor hypervisor;
  private volatile boolean started;

  public ServiceHealth(Supplier<Writability> store, Hypervisor hypervisor) {
    this.store = requireNonNull(store, "store is null");
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
  }

  /** From now on the controllers work. */
  public void started() {
    started = true;
  }

  @Override
  public List<Check> checks() {
    Writability writability = store.get();
    return List.of(
        new Check("store-writer", ended(writability), Weight.LIFE),
        new Check("store", refusing(writability), Weight.READINESS),
        new Check(
            "controllers",
            started
                ? Optional.empty()
                : Optional.of("not started yet; the service waits for libvirt or starts"),
            Weight.READINESS),
        new Check(
            "hypervisor",
            hypervisor.isConnected()
                ? Optional.empty()
                : Optional.of("libvirt is not connected; guests run on, see the log of libvirtd"),
            Weight.INFORMATION));
  }

  private static Optional<String> ended(Writability writability) {
    return writability instanceof Writability.Ended(String why)
        ? Optional.of(why + "; start the service again")
        : Optional.empty();
  }

  private static Optional<String> refusing(Writability writability) {
    return switch (writability) {
      case Writability.Open() -> Optional.empty();
      case Writability.Full(String why) -> Optional.of(why);
      case Writability.Failing(String why) -> Optional.of(why);
      case Writability.Ended(String why) -> Optional.of(why);
    };
  }
}
