package cairn.appliance.machine;

import cairn.appliance.api.YamlTree;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Whether cloud-init will understand user data: it goes by the first line, and ignores what it does
 * not know. Pure. The headers are those of cloud-init 22 to 25.
 */
final class UserDataCheck {

  private static final String CLOUD_CONFIG = "#cloud-config";

  private static final List<String> HEADERS =
      List.of(
          "#!",
          "#include",
          "#include-once",
          "#cloud-config-archive",
          "#cloud-config-jsonp",
          "#cloud-boothook",
          "#part-handler",
          "#upstart-job",
          "## template: jinja",
          "Content-Type:",
          "MIME-Version:");

  private UserDataCheck() {}

  /** The sentence that says what is odd, if anything is. */
  static Optional<String> warning(byte[] userData) {
    if (compressed(userData)) {
      return Optional.empty();
    }
    String text = new String(userData, StandardCharsets.UTF_8);
    String first = text.lines().findFirst().orElse("").stripTrailing();
    if (first.equals(CLOUD_CONFIG)) {
      return yaml(userData);
    }
    boolean known =
        HEADERS.stream()
            .anyMatch(header -> first.regionMatches(true, 0, header, 0, header.length()));
    return known
        ? Optional.empty()
        : Optional.of(
            "The user data begin with no line that cloud-init knows, such as #cloud-config or #!/bin/sh: it may ignore them.");
  }

  private static boolean compressed(byte[] data) {
    return data.length > 2 && (data[0] & 0xff) == 0x1f && (data[1] & 0xff) == 0x8b;
  }

  private static Optional<String> yaml(byte[] userData) {
    try {
      JsonNode tree = YamlTree.read(new ByteArrayInputStream(userData));
      return tree.isObject() || tree.isNull()
          ? Optional.empty()
          : Optional.of(
              "The user data are no YAML mapping under #cloud-config: cloud-init will ignore them.");
    } catch (IllegalArgumentException broken) {
      return Optional.of(
          "The user data are no YAML under #cloud-config, so cloud-init will ignore them: "
              + broken.getMessage());
    }
  }
}
