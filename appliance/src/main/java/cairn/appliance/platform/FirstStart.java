package cairn.appliance.platform;

import static java.util.Objects.requireNonNull;

import cairn.appliance.address.AddressPools;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.node.NodeReport;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.network.Ipv4Range;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes what must be there before the first client comes. May be repeated, and cut anywhere. */
public final class FirstStart {

  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "d8-virtualization");
  private static final String MADE = "made";
  private static final String GENERIC = "generic";

  private final Resources resources;
  private final Clock clock;

  public FirstStart(Resources resources, Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** The pool of addresses chosen at the first start, if there was one. */
  public Optional<Ipv4Range> chosenRange() {
    return AddressPools.configured(resources).ranges().stream().findFirst();
  }

  /**
   * @param range for machines, if none was chosen before
   * @param pool name of the pool that is the default StorageClass
   */
  public void ensure(NodeFacts node, Ipv4Range range, String pool) {
    NAMESPACES.forEach(name -> create(ResourceNames.NAMESPACES, named("v1", "Namespace", name)));
    settings(range);
    storageClass(pool);
    generic();
    node(node);
  }

  private void settings(Ipv4Range range) {
    ObjectNode settings = named("deckhouse.io/v1alpha1", "ModuleConfig", "virtualization");
    ObjectNode spec = settings.putObject("spec");
    spec.put("enabled", true).put("version", 1);
    spec.putObject("settings").putArray("virtualMachineCIDRs").add(range.toString());
    create(ResourceNames.MODULE_CONFIGS, settings);
  }

  private void storageClass(String pool) {
    ObjectNode storageClass = named("storage.k8s.io/v1", "StorageClass", pool);
    storageClass
        .withObject("/metadata")
        .putObject("annotations")
        .put("storageclass.kubernetes.io/is-default-class", "true");
    storageClass.put("provisioner", "cairn/directory");
    storageClass.put("reclaimPolicy", "Delete");
    storageClass.put("volumeBindingMode", "Immediate");
    storageClass.put("allowVolumeExpansion", true);
    create(ResourceNames.STORAGE_CLASSES, storageClass);
  }

  /** Made once: who deletes it does not get it back. */
  private void generic() {
    Optional<Resource> settings = resources.get(AddressPools.SETTINGS);
    boolean made =
        settings.isPresent()
            && settings.get().privateDocument().path(MADE).path(GENERIC).asBoolean(false);
    if (made) {
      return;
    }
    create(ResourceNames.CLASSES, genericClass());
    resources
        .get(AddressPools.SETTINGS)
        .ifPresent(found ->
            resources.amend(
                found,
                object -> {
                  object.privateDocument().withObject("/" + MADE).put(GENERIC, true);
                  return object;
                }));
  }

  private void node(NodeFacts facts) {
    ObjectNode node = named("v1", "Node", facts.name());
    create(ResourceNames.NODES, node);
    resources
        .get(new Key(ResourceNames.NODES, "", facts.name()))
        .ifPresent(found -> refresh(found, facts));
  }

  private void refresh(Resource node, NodeFacts facts) {
    resources.amend(
        node,
        object -> {
          ObjectNode labels = object.document().withObject("/metadata").withObject("labels");
          facts.labels().forEach(labels::put);
          return object;
        });
    resources.updateStatus(
        node,
        object -> {
          object.document().set("status", NodeReport.of(object.document(), facts, clock.instant()));
          return object;
        });
  }

  private void create(String resource, ObjectNode document) {
    String name = document.path("metadata").path("name").asString();
    if (resources.get(new Key(resource, "", name)).isPresent()) {
      return;
    }
    try {
      resources.create(document, JsonNodeFactory.instance.objectNode());
    } catch (Refusal refusal) {
      if (refusal.reason() != Reason.ALREADY_EXISTS) {
        throw refusal;
      }
    }
  }

  /** Many small machines: the fewer cores, the smaller the share that may be guaranteed. */
  private static ObjectNode genericClass() {
    ObjectNode generic = named(ResourceNames.API_VERSION, "VirtualMachineClass", GENERIC);
    generic
        .withObject("/metadata")
        .putObject("annotations")
        .put("virtualmachineclass." + ResourceNames.GROUP + "/is-default-class", "true");
    ObjectNode spec = generic.putObject("spec");
    spec.putObject("cpu").put("type", "Model").put("model", "Nehalem");
    ArrayNode policies = spec.putArray("sizingPolicies");
    policy(policies, 1, 4, 5, 10, 20, 50, 100);
    policy(policies, 5, 8, 20, 50, 100);
    policy(policies, 9, 16, 50, 100);
    policy(policies, 17, 1024, 100);
    return generic;
  }

  private static void policy(ArrayNode policies, int min, int max, int... fractions) {
    ObjectNode policy = policies.addObject();
    policy.putObject("cores").put("min", min).put("max", max);
    ArrayNode allowed = policy.putArray("coreFractions");
    for (int fraction : fractions) {
      allowed.add(fraction);
    }
  }

  private static ObjectNode named(String apiVersion, String kind, String name) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("apiVersion", apiVersion).put("kind", kind);
    document.putObject("metadata").put("name", name);
    return document;
  }
}
