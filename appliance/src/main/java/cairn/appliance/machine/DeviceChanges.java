package cairn.appliance.machine;

import cairn.appliance.blockdevice.BlockDeviceRef;
import java.util.List;

/**
 * What a running instance is to be given and to lose. Order and boot order are not compared: they
 * take effect at the next start. Pure.
 */
record DeviceChanges(List<BlockDeviceRef> added, List<BlockDeviceRef> removed) {

  DeviceChanges {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /**
   * @param has what the instance has by its machine's spec
   * @param wanted what the spec says now
   */
  static DeviceChanges between(List<BlockDeviceRef> has, List<BlockDeviceRef> wanted) {
    return new DeviceChanges(without(wanted, has), without(has, wanted));
  }

  private static List<BlockDeviceRef> without(
      List<BlockDeviceRef> refs, List<BlockDeviceRef> others) {
    return refs.stream().filter(ref -> others.stream().noneMatch(ref::names)).toList();
  }
}
