package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.YamlTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class KindSchemasTest {

  private static final CrdKinds KINDS = CrdKinds.load();
  private static final KindSchemas SCHEMAS = new KindSchemas(KINDS);

  private static final String MACHINE =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata: {name: hello}
      spec:
        virtualMachineClassName: generic
        cpu: {cores: 2, coreFraction: 20%}
        memory: {size: 1Gi}
        blockDeviceRefs:
          - {kind: VirtualDisk, name: root}
      """;

  @Test
  void acceptsAPlainMachine() {
    assertEquals(List.of(), validate(document(MACHINE)));
  }

  @Test
  void fillsDefaultsOfFieldsAndOfWholeObjects() {
    ObjectNode machine = document(MACHINE);

    SCHEMAS.fillDefaults(kind(machine), machine);

    assertEquals(
        "AlwaysOnUnlessStoppedManually", machine.path("spec").path("runPolicy").asString());
    assertEquals(60, machine.path("spec").path("terminationGracePeriodSeconds").asInt());
    assertEquals(
        "Manual", machine.path("spec").path("disruptions").path("restartApprovalMode").asString());
  }

  @Test
  void takesANullThatIsNotAllowedForAbsent() {
    ObjectNode machine = document(MACHINE + "  osType: null\n  priorityClassName: null\n");

    SCHEMAS.fillDefaults(kind(machine), machine);

    assertEquals("Generic", machine.path("spec").path("osType").asString());
    assertTrue(machine.path("spec").path("priorityClassName").isMissingNode());
  }

  @Test
  void prunesWhatNobodyDescribedAndSaysWhere() {
    ObjectNode machine =
        document(
            MACHINE
                + "  nodeName: x\n  networks: [{id: 1, type: Main, speed: 9}]\n"
                + "status: {guestOSInfo: {anything: [goes]}}\n");
    machine.putObject("metadata").put("name", "a").put("nam", "b");

    List<String> removed = SCHEMAS.prune(kind(machine), machine);

    assertEquals(
        Set.of("spec.nodeName", "spec.networks[0].speed", "metadata.nam"), Set.copyOf(removed));
    assertTrue(machine.path("spec").path("nodeName").isMissingNode());
    assertEquals("goes", machine.at("/status/guestOSInfo/anything/0").asString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "cpu: {cores: two}"
            + " ; spec.cpu.cores"
            + " ; Invalid value: \"string\": spec.cpu.cores in body must be of type integer:"
            + " \"string\"",
        "cpu: {cores: 0}"
            + " ; spec.cpu.cores"
            + " ; Invalid value: 0: spec.cpu.cores in body should be greater than or equal to 1",
        "cpu: {cores: 1.5}"
            + " ; spec.cpu.cores"
            + " ; Invalid value: \"number\": spec.cpu.cores in body must be of type integer:"
            + " \"number\"",
        "cpu: {coreFraction: 5%} ; spec.cpu.cores ; Required value",
        "cpu: {cores: 1, coreFraction: 500%}"
            + " ; spec.cpu.coreFraction"
            + " ; Invalid value: \"500%\": spec.cpu.coreFraction in body should match"
            + " '^(Auto|(100|[1-9][0-9]?)%)$'",
        "memory: {size: 5}"
            + " ; spec.memory.size"
            + " ; Invalid value: \"integer\": spec.memory.size in body must be of type string:"
            + " \"integer\"",
        "runPolicy: Sometimes"
            + " ; spec.runPolicy"
            + " ; Unsupported value: \"Sometimes\": supported values: \"AlwaysOn\", \"AlwaysOff\","
            + " \"Manual\", \"AlwaysOnUnlessStoppedManually\"",
        "blockDeviceRefs: {}"
            + " ; spec.blockDeviceRefs"
            + " ; Invalid value: \"object\": spec.blockDeviceRefs in body must be of type array:"
            + " \"object\"",
        "blockDeviceRefs: []"
            + " ; spec.blockDeviceRefs"
            + " ; Invalid value: 0: spec.blockDeviceRefs in body should have at least 1 items",
        "provisioning: {type: UserData}"
            + " ; spec.provisioning"
            + " ; Invalid value: \"\": \"spec.provisioning\" must validate one and only one schema"
            + " (oneOf). Found none valid",
      })
  void saysWhatIsWrongInKubernetesWords(String change, String path, String message) {
    ObjectNode machine = document(MACHINE);
    ObjectNode spec = (ObjectNode) machine.path("spec");
    spec.setAll(document(change));

    List<FieldError> errors = validate(machine);

    assertEquals(List.of(path + ": " + message), texts(errors));
  }

  @Test
  void reportsAllErrorsAtOnce() {
    ObjectNode machine = document(MACHINE);
    ObjectNode spec = (ObjectNode) machine.path("spec");
    spec.put("runPolicy", "x").put("osType", "y").remove("memory");

    assertEquals(
        List.of("spec.memory", "spec.runPolicy", "spec.osType"),
        validate(machine).stream().map(FieldError::path).toList());
  }

  @Test
  void asksRulesAboutWholeObjects() {
    ObjectNode machine =
        document(
            MACHINE + "  osType: Legacy\n  bootloader: EFI\n  enableParavirtualization: true\n");

    List<FieldError> errors = validate(machine);

    assertEquals(1, errors.size(), errors.toString());
    assertEquals("spec", errors.getFirst().path());
    assertTrue(
        errors.getFirst().message().startsWith("Invalid value: \"object\": "), errors.toString());
  }

  @Test
  void asksRulesThatNeedEscapedNames() {
    ObjectNode image =
        document(
            """
            apiVersion: virtualization.deckhouse.io/v1alpha2
            kind: ClusterVirtualImage
            metadata: {name: a}
            spec: {dataSource: {type: ObjectRef, objectRef: {kind: VirtualImage, name: b}}}
            """);

    assertEquals(
        List.of("spec.dataSource.objectRef", "spec.dataSource.objectRef"),
        validate(image).stream().map(FieldError::path).toList());

    ((ObjectNode) image.at("/spec/dataSource/objectRef")).put("namespace", "default");
    assertEquals(List.of(), validate(image));
  }

  @Test
  void stopsAskingWhenTheRulesTakeTooLong() {
    ObjectNode machine = document(MACHINE + "  osType: Legacy\n  bootloader: EFI\n");
    Schema schema = SCHEMAS.schema(kind(machine));

    List<FieldError> errors =
        RuleWalk.ask(
            new CelRules(), schema, machine, Optional.empty(), List.of(), Duration.ofNanos(-1));

    assertEquals(1, errors.size(), errors.toString());
    assertTrue(errors.getFirst().message().contains("take too long"), errors.toString());
  }

  @Test
  void asksTransitionRulesOnUpdateOnly() {
    ObjectNode before = operation("Start");
    ObjectNode after = operation("Stop");

    assertEquals(List.of(), validate(after));
    List<FieldError> errors = SCHEMAS.validate(kind(after), after, Optional.of(before));
    assertEquals(List.of("spec"), errors.stream().map(FieldError::path).toList());
    assertEquals(List.of(), SCHEMAS.validate(kind(after), after, Optional.of(operation("Stop"))));
  }

  @ParameterizedTest
  @CsvSource({"5, true", "Auto, true", "0, false", "101, false", "Never, false"})
  void asksRulesOfTheTypeOfAValue(String fraction, boolean good) {
    ObjectNode machineClass =
        document(
            """
            apiVersion: virtualization.deckhouse.io/v1alpha2
            kind: VirtualMachineClass
            metadata: {name: a}
            spec:
              cpu: {type: Host}
              sizingPolicies: [{cores: {min: 1, max: 4}, defaultCoreFraction: %s}]
            """
                .formatted(fraction));

    assertEquals(good, validate(machineClass).isEmpty(), validate(machineClass).toString());
  }

  @Test
  void tellsItemsOfAListWithKeysApart() {
    ObjectNode namespace =
        document(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: a, finalizers: [x, x]}
            status: {conditions: [{type: A, status: 'True'}, {type: A, status: 'False'}]}
            """);

    assertEquals(
        List.of(
            "metadata.finalizers[1]: Duplicate value: \"x\"",
            "status.conditions[1]: Duplicate value: {\"type\":\"A\"}"),
        texts(validate(namespace)));
  }

  @Test
  void compilesEveryRuleOfEveryKind() {
    CelRules rules = new CelRules();
    CrdKinds all = CrdKinds.loadWithLater();
    KindSchemas schemas = new KindSchemas(all);
    for (Kind kind : all.served()) {
      SchemaPlaces.of(schemas.schema(kind))
          .forEach((path, schema) ->
              schema.rules().forEach(rule -> rules.complaint(rule, Map.of(), Optional.empty())));
    }
  }

  private static ObjectNode operation(String type) {
    return document(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachineOperation
        metadata: {name: a}
        spec: {type: %s, virtualMachineName: hello}
        """
            .formatted(type));
  }

  private static List<String> texts(List<FieldError> errors) {
    return errors.stream().map(error -> error.path() + ": " + error.message()).toList();
  }

  private static List<FieldError> validate(ObjectNode document) {
    return SCHEMAS.validate(kind(document), document, Optional.empty());
  }

  private static Kind kind(ObjectNode document) {
    return KINDS
        .named(document.path("apiVersion").asString(), document.path("kind").asString())
        .orElseThrow();
  }

  private static ObjectNode document(String yaml) {
    return (ObjectNode) YamlTree.read(yaml);
  }
}
