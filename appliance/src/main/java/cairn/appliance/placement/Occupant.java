package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.Key;
import java.util.Map;
import java.util.UUID;

/** A machine that has a place on the node, or asks for one. */
public record Occupant(
    UUID machine, Key key, Map<String, String> labels, Wishes wishes, Size size) {

  public Occupant {
    requireNonNull(machine, "machine is null");
    requireNonNull(key, "key is null");
    labels = Map.copyOf(labels);
    requireNonNull(wishes, "wishes is null");
    requireNonNull(size, "size is null");
  }
}
