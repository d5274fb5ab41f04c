package cairn.appliance.api;

/** Kinds as the store and owner mappings name them: plural and group. */
public final class ResourceNames {

  /** Group of all virtualization kinds; finalizers and labels of the platform begin with it. */
  public static final String GROUP = "virtualization.deckhouse.io";

  public static final String API_VERSION = GROUP + "/v1alpha2";

  public static final String MACHINES = "virtualmachines." + GROUP;
  public static final String CLASSES = "virtualmachineclasses." + GROUP;
  public static final String DISKS = "virtualdisks." + GROUP;
  public static final String IMAGES = "virtualimages." + GROUP;
  public static final String CLUSTER_IMAGES = "clustervirtualimages." + GROUP;
  public static final String ATTACHMENTS = "virtualmachineblockdeviceattachments." + GROUP;
  public static final String OPERATIONS = "virtualmachineoperations." + GROUP;
  public static final String ADDRESSES = "virtualmachineipaddresses." + GROUP;
  public static final String LEASES = "virtualmachineipaddressleases." + GROUP;
  public static final String EVENTS = "events";
  public static final String NAMESPACES = "namespaces";
  public static final String CONFIG_MAPS = "configmaps";
  public static final String SECRETS = "secrets";
  public static final String COORDINATION = "leases.coordination.k8s.io";
  public static final String NODES = "nodes";
  public static final String STORAGE_CLASSES = "storageclasses.storage.k8s.io";
  public static final String MODULE_CONFIGS = "moduleconfigs.deckhouse.io";

  private ResourceNames() {}
}
