package cairn.appliance.blockdevice;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How many devices a machine has by its document and by attachments; first-boot data does not
 * count. Pure.
 */
public final class Capacity {

  /** As in the contract. */
  public static final int MOST = 16;

  private Capacity() {}

  /**
   * Devices that come before an attachment.
   *
   * @param machine its document
   * @param others attachments to the machine, this one perhaps among them
   */
  public static int taken(Attachment attachment, JsonNode machine, List<Attachment> others) {
    long before =
        others.stream()
            .filter(other -> !other.key().equals(attachment.key()))
            .filter(Attachment::counts)
            .filter(other ->
                other.held().isPresent()
                    || attachment.created().isEmpty()
                    || Attachment.BY_AGE.compare(other, attachment) < 0)
            .count();
    return BlockDeviceRef.of(machine).size() + Math.toIntExact(before);
  }
}
