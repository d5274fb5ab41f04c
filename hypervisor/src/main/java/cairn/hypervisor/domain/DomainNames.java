package cairn.hypervisor.domain;

import cairn.hypervisor.MachineId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Names of the domains of one instance of Cairn: {@code cairn-<instance>-<machine>}. The name says
 * whose a domain is; one that does not fit is somebody else's and is left alone.
 *
 * @param instance short name of this instance, {@code [a-z0-9]{1,8}}
 */
public record DomainNames(String instance) {

  private static final Pattern INSTANCE = Pattern.compile("[a-z0-9]{1,8}");

  public DomainNames {
    if (!INSTANCE.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "instance is '" + instance + "', expected 1 to 8 of a-z and 0-9");
    }
  }

  public String of(MachineId machine) {
    return prefix() + machine;
  }

  /** The machine that a domain of this name is, if it is one of ours. */
  public Optional<MachineId> machineOf(String name) {
    if (!name.startsWith(prefix())) {
      return Optional.empty();
    }
    try {
      MachineId machine = new MachineId(UUID.fromString(name.substring(prefix().length())));
      // UUID.fromString is lenient ("1-2-3-4-5"); only names that we would make are ours.
      return of(machine).equals(name) ? Optional.of(machine) : Optional.empty();
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  private String prefix() {
    return "cairn-" + instance + "-";
  }
}
