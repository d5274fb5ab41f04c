package cairn.appliance.settings;

import cairn.appliance.api.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads {@code cairn.yaml}. Everything has a default; an empty file is a good one. */
public final class SettingsFile {

  /** Where an installed node keeps it. */
  public static final Path USUAL = Path.of("/etc/cairn/cairn.yaml");

  private static final Pattern NODE_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern CIDR =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}/([89]|[12][0-9]|30)");

  private SettingsFile() {}

  /**
   * @throws SettingsFault if the file cannot be read or used
   */
  public static Settings read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new SettingsFault(
          file.toString(), List.of("it cannot be read: " + e + "; name another one by --config"));
    }
  }

  static Settings parse(String file, String text) {
    List<String> errors = new ArrayList<>();
    JsonNode document;
    try {
      document = YamlTree.read(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsFault(file, List.of("it is not YAML: " + e.getMessage()));
    }
    Section root = Section.root(document, errors);
    Settings settings =
        new Settings(
            listen(root.section("listen")),
            paths(root.section("paths")),
            hypervisor(root.section("hypervisor")),
            host(root.section("host")),
            imports(root.section("imports")),
            network(root.section("network")),
            nodeName(root));
    root.end();
    if (!errors.isEmpty()) {
      throw new SettingsFault(file, errors);
    }
    return settings;
  }

  private static Settings.Listen listen(Section section) {
    Settings.Listen listen =
        new Settings.Listen(
            section.text("address", "127.0.0.1"),
            section.number("port", 8443, 1, 65535),
            section.texts("names"));
    section.end();
    return listen;
  }

  private static Settings.Paths paths(Section section) {
    Settings.Paths paths =
        new Settings.Paths(
            folder(section, "state", "/var/lib/cairn"),
            folder(section, "run", "/run/cairn"),
            folder(section, "log", "/var/log/cairn"));
    section.end();
    return paths;
  }

  private static Settings.Hypervisor hypervisor(Section section) {
    String emulation = section.text("emulation", Settings.Emulation.NEVER.word());
    Optional<Settings.Emulation> known =
        Arrays.stream(Settings.Emulation.values())
            .filter(value -> value.word().equals(emulation))
            .findFirst();
    if (known.isEmpty()) {
      section.wrong("emulation", emulation, "Never or Allowed");
    }
    Settings.Hypervisor hypervisor =
        new Settings.Hypervisor(
            folder(section, "libvirtSocket", "/run/libvirt/libvirt-sock"),
            folder(section, "libvirtLog", "/var/log/libvirt"),
            folder(section, "libvirtTpm", "/var/lib/libvirt/swtpm"),
            section.text("qemuGroup", "cairn"),
            known.orElse(Settings.Emulation.NEVER),
            section.duration("hostShutdownLimit", Duration.ofMinutes(2)));
    section.end();
    return hypervisor;
  }

  private static Settings.Host host(Section section) {
    Section reserve = section.section("reserve");
    Section overcommit = section.section("overcommit");
    Settings.Host host =
        new Settings.Host(
            new Settings.Reserve(reserve.thousandths("cpu", 0), reserve.bytesIfAny("memory")),
            new Settings.Overcommit(overcommit.ratio("cpu"), overcommit.ratio("memory")));
    reserve.end();
    overcommit.end();
    section.end();
    return host;
  }

  private static Settings.Imports imports(Section section) {
    boolean allowLoopback = section.flag("allowLoopback", false);
    Section limits = section.section("limits");
    Settings.Imports imports =
        new Settings.Imports(
            allowLoopback,
            new Settings.Limits(
                limits.bytes("virtualSize", 2L << 40),
                limits.bytes("transferred", 2L << 40),
                limits.duration("stall", Duration.ofMinutes(1)),
                limits.duration("total", Duration.ofHours(12)),
                limits.number("parallel", 2, 1, 64)));
    limits.end();
    section.end();
    return imports;
  }

  private static Settings.Network network(Section section) {
    List<String> cidrs = section.texts("cidrs");
    for (String cidr : cidrs) {
      if (!CIDR.matcher(cidr).matches()) {
        section.wrong("cidrs", cidr, "ranges such as 10.66.10.0/24");
      }
    }
    Settings.Network network = new Settings.Network(cidrs);
    section.end();
    return network;
  }

  private static Optional<String> nodeName(Section root) {
    String name = root.text("nodeName", "");
    if (!name.isEmpty() && (name.length() > 253 || !NODE_NAME.matcher(name).matches())) {
      root.wrong("nodeName", name, "a name of lower case letters, digits, '-' and '.'");
    }
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static Path folder(Section section, String key, String usual) {
    String text = section.text(key, usual);
    if (!text.startsWith("/")) {
      section.wrong(key, text, "an absolute path");
      return Path.of(usual);
    }
    return Path.of(text);
  }
}
