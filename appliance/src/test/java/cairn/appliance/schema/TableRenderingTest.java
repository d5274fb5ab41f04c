package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cairn.appliance.api.YamlTree;
import cairn.appliance.schema.TableRendering.IncludeObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TableRenderingTest {

  private static final CrdKinds KINDS = CrdKinds.load();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T01:00:00Z"), ZoneOffset.UTC);
  private static final String CREATED = "creationTimestamp: '2026-01-01T00:00:00Z'";

  private final TableRendering tables = new TableRendering(KINDS, CLOCK);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Namespace; Name Status Age",
        "ConfigMap; Name Data Age",
        "Secret; Name Type Data Age",
        "Node; Name Status Roles Age Version Internal-IP* External-IP* OS-Image* Kernel-Version*"
            + " Container-Runtime*",
        "Event; Last_Seen Type Reason Object Subobject* Source* Message First_Seen* Count* Name*",
        "StorageClass; Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age",
        "ModuleConfig; Name Enabled Version Age Message",
        "VirtualMachine; Name Phase Uptime Cores* CoreFraction* Memory* Need_restart* Agent*"
            + " Migratable* Node IPAddress Age",
        "VirtualDisk; Name Phase Capacity InUse* VirtualMachine Progress* StorageClass* TargetPVC*"
            + " Age",
        "VirtualImage; Name Phase CDROM Progress StoredSize* UnpackedSize* Registry_URL* TargetPVC*"
            + " Age",
        "ClusterVirtualImage; Name Phase CDROM Progress StoredSize* UnpackedSize* Registry_URL* Age",
        "VirtualMachineClass; Name Phase IsDefault Age",
        "VirtualMachineOperation; Name Phase Progress Type VirtualMachine Age",
        "VirtualMachineIPAddress; Name Address Status VM Age",
        "VirtualMachineIPAddressLease; Name VirtualMachineIPAddress Status Age",
      })
  void showsTheColumnsOfEveryKind(String kind, String columns) {
    List<String> names =
        tables
            .definitions(kind(kind))
            .valueStream()
            .map(column ->
                column.path("name").asString().replace(' ', '_')
                    + (column.path("priority").asInt() > 0 ? "*" : ""))
            .toList();

    assertEquals(columns, String.join(" ", names));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "Namespace; {status: {phase: Active}}; [\"a\",\"Active\",\"60m\"]",
        "Namespace; {}; [\"a\",null,\"60m\"]",
        "ConfigMap; {data: {x: y}, binaryData: {z: eA==}}; [\"a\",\"2\",\"60m\"]",
        "Secret; {type: Opaque}; [\"a\",\"Opaque\",\"0\",\"60m\"]",
        "VirtualDisk;"
            + " {status: {attachedToVirtualMachines: [{name: x, mounted: false}, {name: w, mounted:"
            + " true}], conditions: [{type: InUse, status: 'True'}]}};"
            + " [\"a\",null,null,\"True\",\"w\",null,null,null,\"60m\"]",
        "VirtualMachineIPAddressLease;"
            + " {spec: {virtualMachineIPAddressRef: {name: x, namespace: w}}};"
            + " [\"a\",\"{\\\"name\\\":\\\"x\\\",\\\"namespace\\\":\\\"w\\\"}\",null,\"60m\"]",
        "StorageClass;"
            + " {metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class:"
            + " 'true'}}, provisioner: p, allowVolumeExpansion: true};"
            + " [\"local (default)\",\"p\",null,null,true,null]",
        "VirtualMachineClass;"
            + " {metadata: {name: g, annotations:"
            + " {virtualmachineclass.virtualization.deckhouse.io/is-default-class: 'true'}}};"
            + " [\"g\",null,\"true\",null]",
        "Node;"
            + " {metadata: {name: m, labels: {node-role.kubernetes.io/b: '',"
            + " node-role.kubernetes.io/a: ''}}, spec: {unschedulable: true}, status: {conditions:"
            + " [{type: Ready, status: 'True'}]}};"
            + " [\"m\",\"Ready,SchedulingDisabled\",\"a,b\",null,null,null,null,null,null,null]",
        "Event;"
            + " {metadata: {name: e}, involvedObject: {kind: VirtualMachine, name: v}, type: Normal,"
            + " reason: R, message: 'm ', lastTimestamp: '2026-01-01T00:59:00Z', firstTimestamp:"
            + " '2026-01-01T00:00:00Z', source: {component: c, host: h}};"
            + " [\"60s\",\"Normal\",\"R\",\"virtualmachine/v\",null,\"c,"
            + " h\",\"m\",\"60m\",\"1\",\"e\"]",
      })
  void fillsTheCells(String kind, String content, String cells) {
    ObjectNode document = (ObjectNode) YamlTree.read("metadata: {name: a, " + CREATED + "}");
    document.setAll((ObjectNode) YamlTree.read(content));

    assertEquals(
        cells, tables.row(kind(kind), document, IncludeObject.NONE).path("cells").toString());
  }

  @Test
  void rendersAListAsATable() {
    ObjectNode namespace = (ObjectNode) YamlTree.read("{metadata: {name: a}, spec: {}}");
    ObjectNode listMetadata = JsonNodeFactory.instance.objectNode().put("resourceVersion", "7");

    JsonNode table =
        tables.table(kind("Namespace"), List.of(namespace), IncludeObject.METADATA, listMetadata);

    assertEquals("Table", table.path("kind").asString());
    assertEquals("meta.k8s.io/v1", table.path("apiVersion").asString());
    assertEquals("7", table.at("/metadata/resourceVersion").asString());
    assertEquals("name", table.at("/columnDefinitions/0/format").asString());
    assertEquals("PartialObjectMetadata", table.at("/rows/0/object/kind").asString());
    assertEquals("a", table.at("/rows/0/object/metadata/name").asString());
    assertFalse(table.at("/rows/0/object").has("spec"));
  }

  @Test
  void putsWhatIsAskedForBesideTheCells() {
    ObjectNode namespace = (ObjectNode) YamlTree.read("{metadata: {name: a}, spec: {}}");

    assertEquals(
        namespace, tables.row(kind("Namespace"), namespace, IncludeObject.OBJECT).path("object"));
    assertFalse(tables.row(kind("Namespace"), namespace, IncludeObject.NONE).has("object"));
  }

  @Test
  void readsTheColumnsOfEveryKind() {
    CrdKinds all = CrdKinds.loadWithLater();
    TableRendering rendering = new TableRendering(all, Clock.systemUTC());
    ObjectNode empty = (ObjectNode) YamlTree.read("{metadata: {name: a}}");

    for (Kind kind : all.served()) {
      assertEquals(
          rendering.definitions(kind).size(),
          rendering.row(kind, empty, IncludeObject.NONE).path("cells").size(),
          kind.kind());
    }
  }

  private static Kind kind(String name) {
    return KINDS.served().stream()
        .filter(kind -> kind.kind().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
