package cairn.appliance.machine;

import cairn.appliance.address.AddressPools;
import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Capacity;
import cairn.appliance.machineclass.DefaultClass;
import cairn.appliance.machineclass.Sizing;
import cairn.appliance.machineclass.SizingPolicies;
import cairn.appliance.machineclass.SizingPolicies.DefaultFraction;
import cairn.appliance.placement.Budget;
import cairn.appliance.placement.PlacementSyntax;
import cairn.appliance.placement.Shortage;
import cairn.appliance.placement.Size;
import cairn.appliance.resource.Admission;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is filled into a machine, and what it may not be. */
public final class MachineAdmission implements Admission {

  private static final int LONGEST_NAME = 63;
  private static final int MOST_DEVICES = Capacity.MOST;
  private static final int MOST_USER_DATA = 2048;
  private static final String FOREIGN = "kubevirt.io";

  /** What needs a feature that this version does not have, and what is said of it. */
  private static final Map<String, String> FEATURES =
      Map.of(
          "usbDevices", "USB device attachment requires the USB feature gate",
          "gpus", "GPU device attachment requires the GPU feature gate");

  @Override
  public void mutate(Review review) {
    if (!(review.now().path("spec") instanceof ObjectNode spec)
        || review.now().path("metadata").has("deletionTimestamp")) {
      return;
    }
    if (spec.path("virtualMachineClassName").asString("").isEmpty()) {
      spec.put("virtualMachineClassName", defaultClass(review));
    }
    JsonNode cpu = spec.path("cpu");
    // What cannot be a number of cores is refused later, together with all else that is wrong.
    int cores = cpu.path("cores").asInt(0);
    boolean open =
        cpu.path("coreFraction").asString("").isEmpty() && CoreLayout.refusal(cores).isEmpty();
    if (open && cpu instanceof ObjectNode fields) {
      fields.put("coreFraction", fraction(review, spec, cores));
    }
  }

  private static String defaultClass(Review review) {
    List<Resource> marked = DefaultClass.of(review.others());
    if (marked.size() == 1) {
      return marked.getFirst().name();
    }
    throw refused(
        review,
        "spec.virtualMachineClassName",
        marked.isEmpty()
            ? "must be set: no class is marked as the default"
            : "must be set: more than one class is marked as the default");
  }

  private static String fraction(Review review, JsonNode spec, int cores) {
    String name = spec.path("virtualMachineClassName").asString("");
    Optional<Resource> found = review.others().get(new Key(ResourceNames.CLASSES, "", name));
    if (found.isEmpty()) {
      throw refused(
          review,
          "spec.virtualMachineClassName",
          "the class \"%s\" does not exist, so cpu.coreFraction cannot be filled in"
              .formatted(name));
    }
    return switch (SizingPolicies.read(found.get().document()).defaultFraction(cores)) {
      case DefaultFraction.Given given -> given.fraction();
      case DefaultFraction.NoneFits none ->
          throw refused(review, "spec." + none.violation().field(), none.violation().message());
    };
  }

  private static Refusal refused(Review review, String path, String message) {
    String name = review.now().path("metadata").path("name").asString("");
    return new Refusal(
        Reason.INVALID,
        "VirtualMachine.%s \"%s\" is invalid: %s: %s"
            .formatted(ResourceNames.GROUP, name, path, message),
        new Refusal.Subject(ResourceNames.GROUP, "VirtualMachine", name),
        List.of(new FieldError(path, Cause.INVALID, message)));
  }

  @Override
  public Verdict validate(Review review) {
    if (review.now().path("metadata").has("deletionTimestamp") || !asked(review)) {
      return Verdict.FINE;
    }
    List<FieldError> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    metadata(review, errors);
    errors.addAll(StartOrder.refusals(review.now()));
    JsonNode spec = review.now().path("spec");
    namelessDevices(spec.path("blockDeviceRefs"), errors);
    if (!errors.isEmpty()) {
      return new Verdict(errors, warnings);
    }
    MachineManifest manifest = MachineManifest.read(review.now());
    Optional<String> cores = CoreLayout.refusal(manifest.cores());
    cores.ifPresent(why -> errors.add(new FieldError("spec.cpu.cores", Cause.INVALID, why)));
    Optional<String> memory = memory(spec.path("memory").path("size").asString(""));
    memory.ifPresent(why -> errors.add(new FieldError("spec.memory.size", Cause.INVALID, why)));
    grace(spec.path("terminationGracePeriodSeconds"), errors);
    if (cores.isEmpty() && memory.isEmpty()) {
      sizing(review, manifest, errors, warnings);
      host(review, manifest, warnings);
    }
    devices(manifest.devices(), errors);
    attached(review, manifest, errors);
    firstDevice(review, manifest, errors);
    address(review, spec, manifest, errors);
    errors.addAll(PlacementSyntax.ofMachine(spec));
    notYet(spec, manifest, errors);
    if (manifest.osType().equals("Legacy") && manifest.paravirtual()) {
      warnings.add("spec.osType Legacy with paravirtualization: the guest needs virtio drivers");
    }
    provisioning(spec.path("provisioning"), errors, warnings);
    boolean plugs =
        review.old().isPresent()
            && !manifest.paravirtual()
            && !review
                .old()
                .get()
                .path("spec")
                .path("blockDeviceRefs")
                .equals(spec.path("blockDeviceRefs"));
    if (plugs) {
      warnings.add("spec.blockDeviceRefs: the change takes effect at the next start");
    }
    return new Verdict(errors, warnings);
  }

  /** Whether somebody asks for something; our own records and finalizers pass unasked. */
  private static boolean asked(Review review) {
    if (review.specChanged()) {
      return true;
    }
    JsonNode before = review.old().map(old -> old.path("metadata")).orElseThrow();
    JsonNode now = review.now().path("metadata");
    return !before.path("labels").equals(now.path("labels"))
        || !before.path("annotations").equals(now.path("annotations"));
  }

  private static void metadata(Review review, List<FieldError> errors) {
    JsonNode metadata = review.now().path("metadata");
    String name = metadata.path("name").asString("");
    if (review.old().isEmpty() && name.length() > LONGEST_NAME) {
      errors.add(
          new FieldError(
              "metadata.name",
              Cause.INVALID,
              "\"%s\" has %d characters, at most %d are allowed"
                  .formatted(name, name.length(), LONGEST_NAME)));
    }
    for (String part : List.of("labels", "annotations")) {
      for (var entry : metadata.path(part).properties()) {
        if (entry.getKey().contains(FOREIGN)) {
          errors.add(
              new FieldError(
                  "metadata." + part,
                  Cause.INVALID,
                  "the key \"%s\" must not hold %s".formatted(entry.getKey(), FOREIGN)));
        }
      }
    }
  }

  private static void grace(JsonNode seconds, List<FieldError> errors) {
    if (seconds.isNumber() && seconds.asLong(0) < 0) {
      errors.add(
          new FieldError(
              "spec.terminationGracePeriodSeconds",
              Cause.INVALID,
              "Invalid value: " + seconds + ": must be greater than or equal to 0"));
    }
  }

  /** The sentence that refuses the amount, or empty if it is fine. */
  private static Optional<String> memory(String text) {
    if (ByteCount.tooLarge(text)) {
      return Optional.of("\"" + text + "\" is too large: " + ByteCount.LARGEST);
    }
    if (ByteCount.inThousandths(text)) {
      return Optional.of(
          "\"" + text + "\" means thousandths of a byte; write M or Mi for millions, as in 512Mi");
    }
    OptionalLong bytes = ByteCount.parse(text);
    return bytes.isEmpty() || bytes.getAsLong() < 1 << 20
        ? Optional.of("\"" + text + "\": expected a quantity of at least 1Mi, as in 2Gi")
        : Optional.empty();
  }

  /** A machine may be larger than what its host has to give; whoever makes one shall know. */
  private static void host(Review review, MachineManifest manifest, List<String> warnings) {
    for (Resource node : review.others().list(new Selection(ResourceNames.NODES, "", ""))) {
      JsonNode status = node.document().path("status");
      Size size =
          Size.of(
              manifest.cores(),
              manifest.percent(),
              manifest.memoryBytes(),
              !Conditions.find(node.document(), "KVM")
                  .map(kvm -> kvm.path("status").asString("").equals("True"))
                  .orElse(true));
      ByteCount.parse(status.path("capacity").path("cpu"))
          .ifPresent(cores -> {
            if (manifest.cores() > cores) {
              warnings.add(
                  "spec.cpu.cores is %d, the host has %d: the machine will be slow"
                      .formatted(manifest.cores(), cores));
            }
          });
      Budget.allocatable(status.path("allocatable"))
          .flatMap(budget -> Shortage.ever(size, budget))
          .ifPresent(why ->
              warnings.add(
                  "the machine can never start on node %s: %s".formatted(node.name(), why)));
    }
  }

  private static void sizing(
      Review review, MachineManifest manifest, List<FieldError> errors, List<String> warnings) {
    Optional<Resource> found =
        review.others().get(new Key(ResourceNames.CLASSES, "", manifest.machineClass()));
    if (found.isEmpty()) {
      warnings.add(
          "the class \"%s\" does not exist; the machine waits for it"
              .formatted(manifest.machineClass()));
      return;
    }
    if (found.get().deleting()) {
      warnings.add(
          "the class \"%s\" is being deleted: no machine of it can be started"
              .formatted(manifest.machineClass()));
    }
    Sizing sizing = new Sizing(manifest.cores(), manifest.coreFraction(), manifest.memoryBytes());
    for (var violation : SizingPolicies.read(found.get().document()).violations(sizing)) {
      errors.add(
          new FieldError(
              "spec." + violation.field(),
              Cause.FORBIDDEN,
              "the class \"%s\" does not allow this size: %s"
                  .formatted(manifest.machineClass(), violation.message())));
    }
  }

  /** The contract's schema demands neither, and yet nothing can be meant without both. */
  private static void namelessDevices(JsonNode refs, List<FieldError> errors) {
    for (int at = 0; at < refs.size(); at++) {
      for (String field : List.of("kind", "name")) {
        if (refs.path(at).path(field).asString("").isEmpty()) {
          errors.add(
              new FieldError(
                  "spec.blockDeviceRefs[" + at + "]." + field, Cause.REQUIRED, "Required value"));
        }
      }
    }
  }

  static void devices(List<BlockDeviceRef> devices, List<FieldError> errors) {
    Set<String> named = new HashSet<>();
    Set<Integer> orders = new HashSet<>();
    for (int at = 0; at < devices.size(); at++) {
      BlockDeviceRef device = devices.get(at);
      String path = "spec.blockDeviceRefs[" + at + "]";
      if (!named.add(device.toString())) {
        errors.add(new FieldError(path, Cause.DUPLICATE, device + " is named twice"));
      }
      if (device.bootOrder().isPresent()) {
        int order = device.bootOrder().getAsInt();
        if (order < 1) {
          errors.add(
              new FieldError(path + ".bootOrder", Cause.INVALID, order + ": expected 1 or more"));
        } else if (!orders.add(order)) {
          errors.add(
              new FieldError(
                  path + ".bootOrder", Cause.DUPLICATE, order + " is given to two devices"));
        }
      }
    }
    if (devices.size() > MOST_DEVICES) {
      errors.add(
          new FieldError(
              "spec.blockDeviceRefs",
              Cause.TOO_MANY,
              devices.size() + " devices, at most " + MOST_DEVICES + " are allowed"));
    }
  }

  /** Devices that are attached to the machine take its places too, and are not named besides. */
  private static void attached(Review review, MachineManifest manifest, List<FieldError> errors) {
    JsonNode metadata = review.now().path("metadata");
    List<Attachment> attachments =
        Attachment.toMachine(
                metadata.path("namespace").asString(""),
                metadata.path("name").asString("-"),
                review.others())
            .stream()
            .filter(Attachment::counts)
            .toList();
    int all = manifest.devices().size() + attachments.size();
    if (!attachments.isEmpty() && all > MOST_DEVICES) {
      errors.add(
          new FieldError(
              "spec.blockDeviceRefs",
              Cause.TOO_MANY,
              "%d devices with the %d attached to the machine, at most %d are allowed"
                  .formatted(all, attachments.size(), MOST_DEVICES)));
    }
    List<BlockDeviceRef> before = review.old().map(BlockDeviceRef::of).orElse(List.of());
    for (int at = 0; at < manifest.devices().size(); at++) {
      BlockDeviceRef device = manifest.devices().get(at);
      String path = "spec.blockDeviceRefs[" + at + "]";
      if (before.stream().noneMatch(device::names)) {
        attachments.stream()
            .filter(each -> each.names(device))
            .map(each ->
                "%s is attached to the machine by VirtualMachineBlockDeviceAttachment \"%s\"; delete that first"
                    .formatted(device, each.key().name()))
            .map(why -> new FieldError(path, Cause.FORBIDDEN, why))
            .forEach(errors::add);
      }
    }
  }

  private static void firstDevice(
      Review review, MachineManifest manifest, List<FieldError> errors) {
    if (manifest.devices().isEmpty()) {
      return;
    }
    BlockDeviceRef first = manifest.devices().getFirst();
    String namespace = review.now().path("metadata").path("namespace").asString("");
    boolean plainImage =
        first.kind() != BlockDeviceRef.Kind.DISK
            && review
                .others()
                .get(first.key(namespace))
                .map(image -> image.document().path("status"))
                .filter(status -> status.path("phase").asString("").equals("Ready"))
                .filter(status -> !status.path("cdrom").asBoolean(false))
                .isPresent();
    if (plainImage) {
      errors.add(
          new FieldError(
              "spec.blockDeviceRefs[0]",
              Cause.INVALID,
              first + " is read-only and no CD-ROM; put a disk first"));
    }
  }

  private static void address(
      Review review, JsonNode spec, MachineManifest manifest, List<FieldError> errors) {
    if (AddressPools.configured(review.others()).ranges().isEmpty()) {
      errors.add(
          new FieldError(
              "spec.networks",
              Cause.FORBIDDEN,
              "the Main network is not available: ModuleConfig virtualization names no"
                  + " virtualMachineCIDRs"));
    }
    JsonNode metadata = review.now().path("metadata");
    Key namesake =
        new Key(
            ResourceNames.ADDRESSES,
            metadata.path("namespace").asString(""),
            metadata.path("name").asString("-"));
    if (review.old().isEmpty()
        && manifest.addressName().isEmpty()
        && review.others().get(namesake).isPresent()) {
      errors.add(
          new FieldError(
              "spec.virtualMachineIPAddressName",
              Cause.REQUIRED,
              "VirtualMachineIPAddress \"%s\" exists; name it here if it is meant"
                  .formatted(namesake.name())));
    }
    JsonNode networks = spec.path("networks");
    boolean mainAlone =
        networks.size() == 1 && networks.path(0).path("type").asString("").equals("Main");
    if (!networks.isEmpty() && !mainAlone) {
      errors.add(
          new FieldError(
              "spec.networks",
              Cause.FORBIDDEN,
              "network configuration requires SDN to be enabled"));
    }
  }

  private static void provisioning(
      JsonNode provisioning, List<FieldError> errors, List<String> warnings) {
    if (!provisioning.path("type").asString("").equals("UserData")) {
      return;
    }
    byte[] userData = provisioning.path("userData").asString("").getBytes(StandardCharsets.UTF_8);
    // The schema counts characters.
    if (userData.length > MOST_USER_DATA) {
      errors.add(
          new FieldError(
              "spec.provisioning.userData",
              Cause.TOO_LONG,
              "%d bytes, at most %d are allowed; put a longer script into a Secret and name it in userDataRef"
                  .formatted(userData.length, MOST_USER_DATA)));
    }
    if (userData.length > 0) {
      UserDataCheck.warning(userData)
          .ifPresent(odd -> warnings.add("spec.provisioning.userData: " + odd));
    }
  }

  /** What this version does not do is refused: nobody shall rely on it in vain. */
  private static void notYet(JsonNode spec, MachineManifest manifest, List<FieldError> errors) {
    for (var feature : new TreeMap<>(FEATURES).entrySet()) {
      if (!spec.path(feature.getKey()).isEmpty()) {
        errors.add(new FieldError("spec." + feature.getKey(), Cause.FORBIDDEN, feature.getValue()));
      }
    }
    if (manifest.coreFraction().equals("Auto")) {
      errors.add(
          new FieldError(
              "spec.cpu.coreFraction",
              Cause.FORBIDDEN,
              "automatic CPU core fraction (spec.cpu.coreFraction: \"Auto\") is unavailable:"
                  + " vertical VirtualMachine autoscaling is disabled; it requires the"
                  + " VerticalPodAutoscaler CRD to be installed and a supported module edition"));
    }
  }
}
