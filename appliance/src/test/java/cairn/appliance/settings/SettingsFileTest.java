package cairn.appliance.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SettingsFileTest {

  private static final Settings DEFAULTS =
      new Settings(
          new Settings.Listen("127.0.0.1", 8443, List.of()),
          new Settings.Paths(
              Path.of("/var/lib/cairn"), Path.of("/run/cairn"), Path.of("/var/log/cairn")),
          new Settings.Hypervisor(
              Path.of("/run/libvirt/libvirt-sock"),
              Path.of("/var/log/libvirt"),
              Path.of("/var/lib/libvirt/swtpm"),
              "cairn",
              Settings.Emulation.NEVER,
              Duration.ofMinutes(2)),
          new Settings.Host(
              new Settings.Reserve(0, OptionalLong.empty()),
              new Settings.Overcommit(BigDecimal.ONE, BigDecimal.ONE)),
          new Settings.Imports(
              false,
              new Settings.Limits(
                  2L << 40, 2L << 40, Duration.ofMinutes(1), Duration.ofHours(12), 2)),
          new Settings.Network(List.of()),
          Optional.empty());

  @Test
  void anEmptyFileGivesTheDefaults() {
    assertEquals(DEFAULTS, SettingsFile.parse("f", ""));
    assertEquals(DEFAULTS, SettingsFile.parse("f", "listen:\nimports: {limits: {}}\n"));
  }

  @Test
  void everyKeyIsRead() {
    String text =
        """
        listen: {address: 0.0.0.0, port: 443, names: [node.example.org, 192.0.2.1]}
        paths: {state: /s, run: /r, log: /l}
        hypervisor: {libvirtSocket: /v, libvirtLog: /w, libvirtTpm: /x, qemuGroup: g, emulation: Allowed, hostShutdownLimit: 45s}
        host: {reserve: {cpu: 500m, memory: 1Gi}, overcommit: {cpu: 8, memory: 1.5}}
        imports:
          allowLoopback: true
          limits: {virtualSize: 1Gi, transferred: 2Gi, stall: 90s, total: 2d, parallel: 7}
        network: {cidrs: [10.1.0.0/16]}
        nodeName: edge-1.example.org
        """;
    Settings expected =
        new Settings(
            new Settings.Listen("0.0.0.0", 443, List.of("node.example.org", "192.0.2.1")),
            new Settings.Paths(Path.of("/s"), Path.of("/r"), Path.of("/l")),
            new Settings.Hypervisor(
                Path.of("/v"),
                Path.of("/w"),
                Path.of("/x"),
                "g",
                Settings.Emulation.ALLOWED,
                Duration.ofSeconds(45)),
            new Settings.Host(
                new Settings.Reserve(500, OptionalLong.of(1L << 30)),
                new Settings.Overcommit(new BigDecimal("8"), new BigDecimal("1.5"))),
            new Settings.Imports(
                true,
                new Settings.Limits(
                    1L << 30, 2L << 30, Duration.ofSeconds(90), Duration.ofDays(2), 7)),
            new Settings.Network(List.of("10.1.0.0/16")),
            Optional.of("edge-1.example.org"));

    assertEquals(expected, SettingsFile.parse("f", text));
  }

  @Test
  void allErrorsAreToldAtOnce() {
    String text =
        """
        listen: {port: 70000, adress: x}
        paths: {state: here}
        hypervisor: {emulation: maybe}
        host: {reserve: {cpu: few, disk: 1}, overcommit: {cpu: 0.5, memory: 101}}
        imports: {allowLoopback: perhaps, limits: {virtualSize: much, stall: 5}}
        network: {cidrs: [10.0.0.0]}
        nodeName: Upper
        colour: blue
        """;

    String message =
        assertThrows(SettingsFault.class, () -> SettingsFile.parse("f", text)).toString();

    for (String part :
        List.of(
            "listen.port is 70000",
            "listen.adress is not a key; here may stand: address, names, port",
            "paths.state is \"here\"",
            "hypervisor.emulation is \"maybe\", expected Never or Allowed",
            "host.reserve.cpu is \"few\"",
            "host.reserve.disk is not a key",
            "host.overcommit.cpu is 0.5, expected a number from 1 to 100",
            "host.overcommit.memory is 101",
            "imports.allowLoopback is \"perhaps\"",
            "imports.limits.virtualSize is \"much\"",
            "imports.limits.stall is 5",
            "network.cidrs is \"10.0.0.0\"",
            "nodeName is \"Upper\"",
            "colour is not a key")) {
      assertTrue(message.contains(part), part + " is missing in: " + message);
    }
  }

  @Test
  void whatIsNoYamlIsToldSo() {
    assertThrows(SettingsFault.class, () -> SettingsFile.parse("f", "a: [b"));
    assertThrows(SettingsFault.class, () -> SettingsFile.parse("f", "listen: {port: 1, port: 2}"));
    assertThrows(SettingsFault.class, () -> SettingsFile.parse("f", "- a"));
  }

  @Test
  void everyKeyIsDocumentedAndNoOther() throws IOException {
    Path page = Path.of("..", "docs", "configuration.md");
    List<String> documented =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .sorted()
            .toList();

    assertEquals(keys("", Settings.class).stream().sorted().toList(), documented);
  }

  private static List<String> keys(String prefix, Class<?> type) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + component.getName();
      if (component.getType().isRecord()) {
        keys.addAll(keys(key + ".", component.getType()));
      } else {
        keys.add(key);
      }
    }
    return keys;
  }
}
