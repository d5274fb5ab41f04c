package cairn.hypervisor.libvirt;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.domain.FirmwareImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The builds of UEFI on this host, as the packages that bring them describe them in QEMU's format
 * (docs/interop/firmware.json in QEMU's sources): where their files lie differs from distribution
 * to distribution and from release to release. Read anew for every question, since an upgrade may
 * change them. Only raw files in two flash chips are taken, as Debian has them.
 */
final class FirmwareImages {

  private static final Logger LOG = LoggerFactory.getLogger(FirmwareImages.class);

  /** A file in the later folder stands for one of the same name in the earlier. */
  private static final List<Path> FOLDERS =
      List.of(Path.of("/usr/share/qemu/firmware"), Path.of("/etc/qemu/firmware"));

  private final List<Path> folders;

  FirmwareImages(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  static FirmwareImages ofThisHost() {
    return new FirmwareImages(FOLDERS);
  }

  /**
   * The build for a machine: the first that does what is wanted, or, for a machine that has
   * variables already, the first whose variables are as large, since builds of different sizes
   * cannot read each other's.
   *
   * @throws HypervisorFault {@code BROKEN} when this host has none
   */
  FirmwareImage image(Firmware.Efi wanted) {
    List<FirmwareImage> fit =
        all().stream().filter(each -> each.secureBoot() == wanted.secureBoot()).toList();
    if (fit.isEmpty()) {
      throw new HypervisorFault(
          Kind.BROKEN,
          "FirmwareMissing",
          "this host has no UEFI %s: none is described in %s; install one (Debian: the package ovmf)"
              .formatted(
                  wanted.secureBoot()
                      ? "with Secure Boot and enrolled keys"
                      : "without Secure Boot",
                  folders),
          null);
    }
    Optional<Long> size = size(wanted.variables());
    if (size.isEmpty()) {
      return fit.getFirst();
    }
    return fit.stream()
        .filter(each -> size(each.template()).equals(size))
        .findFirst()
        .orElseThrow(() ->
            new HypervisorFault(
                Kind.BROKEN,
                "FirmwareChanged",
                "the UEFI variables %s are of %d bytes, and no UEFI on this host has as many: install the one that made them, or remove the file to begin with none"
                    .formatted(wanted.variables(), size.get()),
                null));
  }

  private List<FirmwareImage> all() {
    Map<String, Path> descriptions = new TreeMap<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files
              .filter(file -> file.toString().endsWith(".json"))
              .forEach(file -> descriptions.put(file.getFileName().toString(), file));
        } catch (IOException failed) {
          LOG.warn("could not look into {}: {}", folder, failed.getMessage());
        }
      }
    }
    return descriptions.values().stream()
        .map(FirmwareImages::read)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<FirmwareImage> read(Path file) {
    try {
      // An empty file hides one of the same name.
      return Files.size(file) == 0
          ? Optional.empty()
          : image(JsonMapper.shared().readTree(Files.readAllBytes(file)));
    } catch (IOException | JacksonException failed) {
      LOG.warn("could not read {}: {}", file, failed.getMessage());
      return Optional.empty();
    }
  }

  /** What a description says, if it is one of ours and its files are there. */
  static Optional<FirmwareImage> image(JsonNode description) {
    JsonNode mapping = description.path("mapping");
    List<String> features = words(description.path("features"));
    boolean secure = features.contains("secure-boot");
    boolean fits =
        words(description.path("interface-types")).contains("uefi")
            && mapping.path("device").asString("").equals("flash")
            && mapping.path("mode").asString("split").equals("split")
            && mapping.path("executable").path("format").asString("").equals("raw")
            && mapping.path("nvram-template").path("format").asString("").equals("raw")
            && description.path("targets").valueStream().anyMatch(FirmwareImages::q35)
            && secure == features.contains("enrolled-keys")
            && secure == features.contains("requires-smm");
    FirmwareImage image =
        new FirmwareImage(
            Path.of(mapping.path("executable").path("filename").asString("")),
            Path.of(mapping.path("nvram-template").path("filename").asString("")),
            secure);
    return fits && Files.exists(image.code()) && Files.exists(image.template())
        ? Optional.of(image)
        : Optional.empty();
  }

  private static boolean q35(JsonNode target) {
    return target.path("architecture").asString("").equals("x86_64")
        && words(target.path("machines")).stream()
            .anyMatch(machine -> machine.startsWith("pc-q35"));
  }

  private static List<String> words(JsonNode list) {
    return list.valueStream().map(each -> each.asString("")).toList();
  }

  private static Optional<Long> size(Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.size(file)) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
