package cairn.appliance.machine;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Looks up what a machine's guest is told at its first boot: in its manifest, or in a Secret. */
final class FirstBootReader {

  private static final String TYPES = "provisioning." + ResourceNames.GROUP + "/";
  private static final String CLOUD_INIT = TYPES + "cloud-init";
  private static final String SYSPREP = TYPES + "sysprep";
  private static final String NOT_READY = "ProvisioningNotReady";

  /** What Windows Setup reads before and after it has copied itself. */
  private static final Set<String> ANSWERS = Set.of("autounattend.xml", "unattend.xml");

  private FirstBootReader() {}

  static Need<FirstBoot> of(Resource machine, ResourceReader resources) {
    JsonNode provisioning = machine.document().path("spec").path("provisioning");
    return switch (provisioning.path("type").asString("")) {
      case "UserData" -> inline(provisioning.path("userData").asString(""));
      case "UserDataRef" ->
          switch (secret(machine, provisioning.path("userDataRef"), CLOUD_INIT, resources)) {
            case Need.Met<Resource>(Resource secret) -> cloudInit(secret);
            case Need.Unmet<Resource> unmet -> new Need.Unmet<>(unmet.reason(), unmet.message());
          };
      case "SysprepRef" ->
          switch (secret(machine, provisioning.path("sysprepRef"), SYSPREP, resources)) {
            case Need.Met<Resource>(Resource secret) -> sysprep(secret);
            case Need.Unmet<Resource> unmet -> new Need.Unmet<>(unmet.reason(), unmet.message());
          };
      default -> new Need.Met<>(FirstBoot.NOTHING);
    };
  }

  /** Whether the machine's first-boot data stands in the Secret of this name. */
  static boolean names(Resource machine, String secret) {
    JsonNode provisioning = machine.document().path("spec").path("provisioning");
    return provisioning.path("userDataRef").path("name").asString("").equals(secret)
        || provisioning.path("sysprepRef").path("name").asString("").equals(secret);
  }

  private static Need<FirstBoot> inline(String data) {
    return data.isBlank()
        ? new Need.Unmet<>(NOT_READY, "spec.provisioning.userData is empty.")
        : new Need.Met<>(cloudInit(Content.of(data)));
  }

  private static Need<Resource> secret(
      Resource machine, JsonNode ref, String type, ResourceReader resources) {
    String name = ref.path("name").asString("");
    Optional<Resource> found =
        resources.get(new Key(ResourceNames.SECRETS, machine.namespace(), name));
    if (found.isEmpty()) {
      return new Need.Unmet<>(NOT_READY, "Secret \"%s\" does not exist.".formatted(name));
    }
    String actual = found.get().document().path("type").asString("");
    return actual.equals(type)
        ? new Need.Met<>(found.get())
        : new Need.Unmet<>(
            NOT_READY,
            "Secret \"%s\" is of type \"%s\", expected \"%s\".".formatted(name, actual, type));
  }

  private static Need<FirstBoot> cloudInit(Resource secret) {
    JsonNode data = secret.document().path("data");
    String encoded = data.path("userData").asString(data.path("userdata").asString(""));
    Content userData = Content.ofBase64(encoded);
    return userData.isEmpty()
        ? new Need.Unmet<>(
            NOT_READY,
            "Secret \"%s\" has neither userData nor userdata, or it is empty."
                .formatted(secret.name()))
        : new Need.Met<>(cloudInit(userData));
  }

  private static FirstBoot cloudInit(Content userData) {
    return new FirstBoot(
        new FirstBoot.Data.CloudInit(userData),
        UserDataCheck.warning(userData.bytes()).stream().toList());
  }

  /** The contract has Windows Setup start even without answers: it then asks a person. */
  private static Need<FirstBoot> sysprep(Resource secret) {
    Map<String, Content> files = new HashMap<>();
    for (var entry : secret.document().path("data").properties()) {
      String name = entry.getKey().toLowerCase(Locale.ROOT);
      if (ANSWERS.contains(name)) {
        files.put(name, Content.ofBase64(entry.getValue().asString("")));
      }
    }
    List<String> warnings =
        files.isEmpty()
            ? List.of(
                "Secret \"%s\" has neither autounattend.xml nor unattend.xml."
                    .formatted(secret.name()))
            : List.of();
    return new Need.Met<>(new FirstBoot(new FirstBoot.Data.Sysprep(files), warnings));
  }
}
