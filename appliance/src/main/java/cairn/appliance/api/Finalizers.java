package cairn.appliance.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Marks on an object that keep it from disappearing until their owner takes them off. */
public final class Finalizers {

  public static final String MACHINE_CLEANUP = ResourceNames.GROUP + "/vm-cleanup";
  public static final String DISK_CLEANUP = ResourceNames.GROUP + "/vd-cleanup";
  public static final String DISK_PROTECTION = ResourceNames.GROUP + "/vd-protection";
  public static final String IMAGE_CLEANUP = ResourceNames.GROUP + "/vi-cleanup";
  public static final String IMAGE_PROTECTION = ResourceNames.GROUP + "/vi-protection";
  public static final String CLUSTER_IMAGE_CLEANUP = ResourceNames.GROUP + "/cvi-cleanup";
  public static final String CLUSTER_IMAGE_PROTECTION = ResourceNames.GROUP + "/cvi-protection";
  public static final String ATTACHMENT_CLEANUP = ResourceNames.GROUP + "/vmbda-cleanup";
  public static final String ADDRESS_CLEANUP = ResourceNames.GROUP + "/vmip-cleanup";
  public static final String LEASE_CLEANUP = ResourceNames.GROUP + "/vmipl-cleanup";
  public static final String OPERATION_CLEANUP = ResourceNames.GROUP + "/vmop-cleanup";

  private Finalizers() {}

  public static boolean stands(JsonNode document, String finalizer) {
    for (JsonNode each : document.path("metadata").path("finalizers")) {
      if (each.asString("").equals(finalizer)) {
        return true;
      }
    }
    return false;
  }

  /** In place. */
  public static void add(ObjectNode document, String finalizer) {
    if (!stands(document, finalizer)) {
      document.withObject("/metadata").withArray("finalizers").add(finalizer);
    }
  }

  /** In place. */
  public static void remove(ObjectNode document, String finalizer) {
    if (document.path("metadata").path("finalizers") instanceof ArrayNode finalizers) {
      for (int at = finalizers.size() - 1; at >= 0; at--) {
        if (finalizers.get(at).asString("").equals(finalizer)) {
          finalizers.remove(at);
        }
      }
      if (finalizers.isEmpty()) {
        document.withObject("/metadata").remove("finalizers");
      }
    }
  }
}
