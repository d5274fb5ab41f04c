package cairn.appliance.platform;

import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Admission;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The StorageClass of a pool stays as long as the pool is there; others come and go. */
public final class StorageClassAdmission implements Admission {

  private final Set<String> pools;

  /**
   * @param pools names of the pools of this node
   */
  public StorageClassAdmission(Set<String> pools) {
    this.pools = Set.copyOf(requireNonNull(pools, "pools is null"));
  }

  @Override
  public Optional<String> undeletable(ObjectNode document) {
    String name = document.path("metadata").path("name").asString("");
    return pools.contains(name)
        ? Optional.of(
            "the StorageClass of the pool \"%s\" may not be deleted while the pool is there"
                .formatted(name))
        : Optional.empty();
  }
}
