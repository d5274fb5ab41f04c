package cairn.appliance.blockdevice;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code VirtualMachineBlockDeviceAttachment} as it is read: a view, never written back.
 *
 * @param device what is to be attached; empty in one that its admission never saw
 * @param machine name of the machine, in the same namespace
 * @param created time of creation as it is written, of whole seconds
 * @param phase empty at first
 * @param held what was plugged into which machine, from before it was plugged until it is out again
 */
public record Attachment(
    Key key,
    Optional<BlockDeviceRef> device,
    String machine,
    String created,
    String phase,
    Optional<Held> held) {

  /** Of two attachments of one disk the older one has it; the name decides within a second. */
  public static final Comparator<Attachment> BY_AGE =
      Comparator.comparing(Attachment::created).thenComparing(each -> each.key().name());

  private static final String HELD = "held";

  public Attachment {
    requireNonNull(key, "key is null");
    requireNonNull(device, "device is null");
    requireNonNull(machine, "machine is null");
    requireNonNull(created, "created is null");
    requireNonNull(phase, "phase is null");
    requireNonNull(held, "held is null");
  }

  /** By uid: another machine or disk of the same name is another. */
  public record Held(UUID machine, UUID device) {
    public Held {
      requireNonNull(machine, "machine is null");
      requireNonNull(device, "device is null");
    }

    public void writeTo(ObjectNode privateDocument) {
      privateDocument
          .putObject(HELD)
          .put("machine", machine.toString())
          .put("device", device.toString());
    }

    public static void remove(ObjectNode privateDocument) {
      privateDocument.remove(HELD);
    }
  }

  public static Attachment of(Resource resource) {
    return read(resource.key(), resource.document(), resource.privateDocument());
  }

  /** One that is about to be made. */
  public static Attachment of(Key key, JsonNode document) {
    return read(key, document, document.path("none"));
  }

  private static Attachment read(Key key, JsonNode document, JsonNode privateDocument) {
    JsonNode spec = document.path("spec");
    JsonNode held = privateDocument.path(HELD);
    return new Attachment(
        key,
        device(spec.path("blockDeviceRef")),
        spec.path("virtualMachineName").asString(""),
        document.path("metadata").path("creationTimestamp").asString(""),
        document.path("status").path("phase").asString(""),
        held.isObject()
            ? Optional.of(
                new Held(
                    UUID.fromString(held.path("machine").asString("")),
                    UUID.fromString(held.path("device").asString(""))))
            : Optional.empty());
  }

  private static Optional<BlockDeviceRef> device(JsonNode ref) {
    String kind = ref.path("kind").asString("");
    String name = ref.path("name").asString("");
    return kind.isEmpty() || name.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new BlockDeviceRef(BlockDeviceRef.Kind.read(kind), name, OptionalInt.empty()));
  }

  /** Those to one machine, whatever became of them, in the order of their age. */
  public static List<Attachment> toMachine(
      String namespace, String machine, ResourceReader resources) {
    return mentioning(namespace, machine, resources)
        .filter(each -> each.machine().equals(machine))
        .toList();
  }

  /** Those of one device in a namespace, to whatever machine, in the order of their age. */
  public static List<Attachment> ofDevice(
      String namespace, BlockDeviceRef device, ResourceReader resources) {
    return mentioning(namespace, device.name(), resources)
        .filter(each -> each.names(device))
        .toList();
  }

  private static Stream<Attachment> mentioning(
      String namespace, String word, ResourceReader resources) {
    return resources
        .mentioning(word, new Selection(ResourceNames.ATTACHMENTS, namespace, ""))
        .stream()
        .map(Attachment::of)
        .sorted(BY_AGE);
  }

  public Key machineKey() {
    return new Key(ResourceNames.MACHINES, key.namespace(), machine);
  }

  public boolean names(BlockDeviceRef other) {
    return device.filter(ref -> ref.names(other)).isPresent();
  }

  /** Whether it takes a place of its machine. */
  public boolean counts() {
    return !phase.equals("Failed");
  }

  /** Whether the guest has the device because of it. */
  public boolean attached() {
    return phase.equals("Attached") || (phase.equals("Terminating") && held.isPresent());
  }
}
