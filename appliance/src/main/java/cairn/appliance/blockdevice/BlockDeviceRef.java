package cairn.appliance.blockdevice;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.store.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** One entry of a machine's {@code spec.blockDeviceRefs}. */
public record BlockDeviceRef(Kind kind, String name, OptionalInt bootOrder) {

  /** What can be a block device. */
  public enum Kind {
    DISK("VirtualDisk", ResourceNames.DISKS, Finalizers.DISK_PROTECTION),
    IMAGE("VirtualImage", ResourceNames.IMAGES, Finalizers.IMAGE_PROTECTION),
    CLUSTER_IMAGE(
        "ClusterVirtualImage", ResourceNames.CLUSTER_IMAGES, Finalizers.CLUSTER_IMAGE_PROTECTION);

    private final String word;
    private final String resource;
    private final String protection;

    Kind(String word, String resource, String protection) {
      this.word = word;
      this.resource = resource;
      this.protection = protection;
    }

    /** The finalizer that stands while a machine holds one. */
    public String protection() {
      return protection;
    }

    public String word() {
      return word;
    }

    static Kind read(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("block device kind is '" + word + "', not known");
    }
  }

  public BlockDeviceRef {
    requireNonNull(kind, "kind is null");
    requireNonNull(name, "name is null");
    requireNonNull(bootOrder, "bootOrder is null");
  }

  /** To the device of that kind and name, outside of any order. */
  public static BlockDeviceRef to(String kind, String name) {
    return new BlockDeviceRef(Kind.read(kind), name, OptionalInt.empty());
  }

  /** Whether both name the same device, wherever each has it in its order. */
  public boolean names(BlockDeviceRef other) {
    return kind == other.kind && name.equals(other.name);
  }

  /**
   * @param namespace of the machine that names it
   */
  public Key key(String namespace) {
    return new Key(kind.resource, kind == Kind.CLUSTER_IMAGE ? "" : namespace, name);
  }

  /** The references of a machine's document, in its order. */
  public static List<BlockDeviceRef> of(JsonNode machine) {
    List<BlockDeviceRef> refs = new ArrayList<>();
    for (JsonNode ref : machine.path("spec").path("blockDeviceRefs")) {
      refs.add(
          new BlockDeviceRef(
              Kind.read(ref.path("kind").asString("")),
              ref.path("name").asString(""),
              ref.has("bootOrder")
                  ? OptionalInt.of(order(ref.path("bootOrder")))
                  : OptionalInt.empty()));
    }
    return refs;
  }

  @Override
  public String toString() {
    return kind.word + " \"" + name + "\"";
  }

  /** Places further back than an int counts are all the last one. */
  private static int order(JsonNode place) {
    return Math.clamp(place.asLong(), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
