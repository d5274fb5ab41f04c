package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Chapter 2.7 of the contract: which changes of a running machine's spec wait for a restart. */
class PendingChangesTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}                              | {}                              | ",
        "{runPolicy: Manual}             | {runPolicy: AlwaysOn}           | ",
        "{disruptions: {a: 1}}           | {}                              | ",
        "{liveMigrationPolicy: a}        | {liveMigrationPolicy: b}        | ",
        "{memory: {size: 1Gi}}           | {memory: {size: 2Gi}}           | replace memory.size 1Gi 2Gi",
        "{osType: Generic}               | {osType: Legacy}                | replace osType Generic Legacy",
        "{nodeSelector: {a: b}}          | {}                              | remove nodeSelector {a:b} -",
        "{}                              | {priorityClassName: high}       | add priorityClassName - high",
        "{virtualMachineIPAddressName: a}| {virtualMachineIPAddressName: b}| replace virtualMachineIPAddress a b",
        // Cores and fraction are one change when both are.
        "{cpu: {cores: 1}}               | {cpu: {cores: 2}}               | replace cpu.cores 1 2",
        "{cpu: {cores: 1, coreFraction: 5%}}|{cpu: {cores: 1, coreFraction: 9%}}| replace cpu.coreFraction 5% 9%",
        "{cpu: {cores: 1, coreFraction: 5%}}|{cpu: {cores: 2, coreFraction: 9%}}| replace cpu {cores:1,coreFraction:5%} {cores:2,coreFraction:9%}",
        // Taking first-boot data away is no change that waits.
        "{provisioning: {type: UserData, userData: a}}|{}                  | ",
        // What first-boot data was and is stays untold: it holds passwords.
        "{}                              | {provisioning: {type: UserData}}| add provisioning - -",
        "{provisioning: {type: UserData, userData: a}}|{provisioning: {type: UserData, userData: b}}| replace provisioning.userData - -",
        "{provisioning: {type: UserData, userData: a}}|{provisioning: {type: UserDataRef, userDataRef: {name: n}}}| remove provisioning.userData - -; replace provisioning.type UserData UserDataRef; add provisioning.userDataRef - {name:n}",
        // Devices are compared place by place; the boot order is not looked at.
        "{osType: Legacy, blockDeviceRefs: [{kind: d, name: a}]}|{osType: Legacy, blockDeviceRefs: [{kind: d, name: a, bootOrder: 1}]}| ",
        "{osType: Legacy, blockDeviceRefs: [{kind: d, name: a}]}|{osType: Legacy, blockDeviceRefs: [{kind: d, name: b}]}| replace blockDeviceRefs.0 {kind:d,name:a} {kind:d,name:b}",
        "{osType: Legacy, blockDeviceRefs: [{kind: d, name: a}]}|{osType: Legacy, blockDeviceRefs: [{kind: d, name: a}, {kind: i, name: b}]}| add blockDeviceRefs.1 - {kind:i,name:b}",
        // Where they come and go while the machine runs they wait for nothing.
        "{blockDeviceRefs: [{kind: d, name: a}]}|{blockDeviceRefs: [{kind: d, name: b}, {kind: i, name: b}]}| ",
        "{enableParavirtualization: false}|{enableParavirtualization: false, blockDeviceRefs: [{kind: d, name: a}]}| add blockDeviceRefs.0 - {kind:d,name:a}",
        // What says the same as nothing is no change.
        "{}                              | {tolerations: []}               | ",
        "{nodeSelector: {}}              | {}                              | ",
        "{}                              | {networks: [{type: Main}]}      | ",
        "{networks: [{type: Main, id: 1}]}| {}                             | ",
        "{}                              | {networks: [{type: Main}, {type: Network, name: n}]}| add networks - [{type:Main},{type:Network,name:n}]",
        // Several at once, in a fixed order.
        "{memory: {size: 1Gi}, cpu: {cores: 1}}|{memory: {size: 2Gi}, cpu: {cores: 2}}| replace cpu.cores 1 2; replace memory.size 1Gi 2Gi",
      })
  void whatWaits(String applied, String wanted, String changes) {
    assertEquals(
        changes == null ? "" : changes,
        PendingChanges.between(spec(applied), spec(wanted))
            .valueStream()
            .map(PendingChangesTest::text)
            .collect(Collectors.joining("; ")));
  }

  private static String text(JsonNode change) {
    return "%s %s %s %s"
        .formatted(
            change.path("operation").asString(""),
            change.path("path").asString(""),
            value(change.path("currentValue")),
            value(change.path("desiredValue")));
  }

  private static String value(JsonNode value) {
    if (value.isMissingNode()) {
      return "-";
    }
    return value.isString() ? value.asString("") : value.toString().replace("\"", "");
  }

  /** JSON without its quotes. */
  private static JsonNode spec(String loose) {
    String strict = loose.replaceAll("([A-Za-z0-9%]+)", "\"$1\"").replaceAll("\"(\\d+)\"", "$1");
    return JsonMapper.shared().readTree(strict);
  }
}
