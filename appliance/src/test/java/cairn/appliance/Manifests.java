package cairn.appliance;

import cairn.appliance.resource.Resource;

/** What tests of machines apply to a {@link World}. */
final class Manifests {

  private static final String API = "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'";

  private Manifests() {}

  /** An image, the disk {@code root} made of it, and the machine {@code hello} with it. */
  static void all(World world, String more) {
    world.apply(
        API
            + "VirtualImage','metadata':{'name':'base','namespace':'default'},"
            + "'spec':{'storage':'ContainerRegistry','dataSource':{'type':'HTTP','http':{'url':'"
            + world.imageUrl()
            + "'}}}}");
    disk(world, "root");
    machine(world, "hello", "root", "", more);
  }

  static void disk(World world, String name) {
    world.apply(
        API
            + "VirtualDisk','metadata':{'name':'"
            + name
            + "','namespace':'default'},'spec':{'dataSource':{'type':'ObjectRef','objectRef':"
            + "{'kind':'VirtualImage','name':'base'}}}}");
  }

  static Resource machine(World world, String name, String disk, String metadata, String more) {
    return world.apply(
        API
            + "VirtualMachine','metadata':{'name':'"
            + name
            + "','namespace':'default'"
            + metadata
            + "},'spec':{'cpu':{'cores':1},'memory':{'size':'128Mi'},"
            + "'provisioning':{'type':'UserData','userData':'#cloud-config\\n'},"
            + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'"
            + disk
            + "'}]"
            + more
            + "}}");
  }

  static String operation(String name, String type, String more) {
    return API
        + "VirtualMachineOperation','metadata':{'name':'"
        + name
        + "','namespace':'default'},'spec':{'type':'"
        + type
        + "','virtualMachineName':'hello'"
        + more
        + "}}";
  }
}
