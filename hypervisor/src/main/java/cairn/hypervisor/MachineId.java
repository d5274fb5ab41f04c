package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/** Identity of a machine on this host; it is also the UUID that the guest sees. */
public record MachineId(UUID uuid) {

  public MachineId {
    requireNonNull(uuid, "uuid is null");
  }

  public static MachineId parse(String text) {
    return new MachineId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
