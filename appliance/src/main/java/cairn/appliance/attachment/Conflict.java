package cairn.appliance.attachment;

import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.BlockDeviceRef;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Why an attachment cannot come about beside others: a disk has one attachment in its namespace, to
 * whatever machine, the oldest that has not failed; and what a machine's own document names is not
 * attached to it besides. Images may be attached to many machines. Source: the contract's chapter
 * on attachments. Pure.
 */
final class Conflict {

  private Conflict() {}

  /**
   * @param others of the same device, this one perhaps among them
   * @param machine document of the machine it is to be attached to; missing if there is none
   */
  static Optional<String> of(
      Attachment attachment, BlockDeviceRef device, List<Attachment> others, JsonNode machine) {
    if (BlockDeviceRef.of(machine).stream().anyMatch(device::names)) {
      return Optional.of(
          "%s is in spec.blockDeviceRefs of machine \"%s\" already."
              .formatted(device, attachment.machine()));
    }
    if (device.kind() != BlockDeviceRef.Kind.DISK) {
      return Optional.empty();
    }
    return others.stream()
        .filter(other -> !other.key().equals(attachment.key()))
        .filter(Attachment::counts)
        .filter(other ->
            older(other, attachment) || (other.held().isPresent() && attachment.held().isEmpty()))
        .findFirst()
        .map(other ->
            "%s is attached to machine \"%s\" by \"%s\" already."
                .formatted(device, other.machine(), other.key().name()));
  }

  /** One that is about to be made has no time yet, and is the youngest. */
  private static boolean older(Attachment other, Attachment than) {
    return than.created().isEmpty() || Attachment.BY_AGE.compare(other, than) < 0;
  }
}
