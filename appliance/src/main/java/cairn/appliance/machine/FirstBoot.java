package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.DiskDevice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a guest is told at its first boot.
 *
 * @param warnings what may be wrong with it, a sentence each
 */
record FirstBoot(Data data, List<String> warnings) {

  static final FirstBoot NOTHING = new FirstBoot(new Data.None(), List.of());

  /** Who is told what. */
  sealed interface Data {

    record None() implements Data {}

    /** cloud-init, by its NoCloud source. */
    record CloudInit(Content userData) implements Data {
      public CloudInit {
        requireNonNull(userData, "userData is null");
      }
    }

    /** Windows Setup, by files that it looks for on every CD-ROM. */
    record Sysprep(Map<String, Content> files) implements Data {
      public Sysprep {
        files = new TreeMap<>(files);
      }
    }
  }

  FirstBoot {
    requireNonNull(data, "data is null");
    warnings = List.copyOf(warnings);
  }

  /** The volume that tells it; empty where there is nothing to tell. */
  Optional<SeedImage> image(UUID machine, String hostName) {
    return switch (data) {
      case Data.None() -> Optional.empty();
      case Data.CloudInit(Content userData) ->
          Optional.of(SeedImage.cloudInit(machine.toString(), hostName, userData));
      case Data.Sysprep(Map<String, Content> files) -> Optional.of(SeedImage.sysprep(files));
    };
  }

  /** The drive that Windows and cloud-init look into. */
  DiskDevice.Role role() {
    return switch (data) {
      case Data.None(), Data.CloudInit _ -> DiskDevice.Role.SEED;
      case Data.Sysprep _ -> DiskDevice.Role.CDROM;
    };
  }
}
