package cairn.appliance.machineclass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.placement.NodeView;
import cairn.hypervisor.CpuModel;
import cairn.hypervisor.HostCapabilities;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClassCpuTest {

  private static final HostCapabilities HOST =
      new HostCapabilities(
          "10.0.0",
          "11.3.0",
          "EPYC",
          Set.of("Nehalem", "qemu64"),
          Set.of("avx", "sse4.2", "aes"),
          4,
          8L << 30);
  private static final NodeView NODE = new NodeView("one", Map.of("disk", "ssd"), List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'type':'Host'}                                | fits
          {'type':'HostPassthrough'}                     | fits
          {'type':'Model','model':'Nehalem'}             | fits
          {'type':'Model','model':'Skylake-Server'}      | NoSuitableNodesFound: Node one cannot offer the processor model "Skylake-Server"; it offers Nehalem, qemu64.
          {'type':'Features','features':['avx','aes']}   | fits
          {'type':'Features','features':['avx','vmx','amx']} | NoSuitableNodesFound: The processor of node one lacks vmx, amx.
          {'type':'Features','features':['avx','invtsc']} | fits
          {'type':'Features','features':['svm']}         | NoSuitableNodesFound: The processor of node one lacks svm.
          {'type':'Discovery'}                           | NoCpuFeaturesEnabled: No processor features were found on node one.
          {'type':'Discovery','discovery':{'nodeSelector':{'matchLabels':{'disk':'hdd'}}}} | NoCpuFeaturesEnabled: spec.cpu.discovery.nodeSelector wants disk=hdd, which node one has not.
          """)
  void whatAHostCanGive(String cpu, String expected) {
    assertEquals(expected, words(ClassCpu.of(spec(cpu, ""), List.of(), HOST, NODE)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'type':'Host'}                              | fits
          {'type':'Model','model':'Nehalem'}           | NoSuitableNodesFound: spec.nodeSelector wants disk=hdd, which node one has not.
          {'type':'Features','features':['avx']}       | NoSuitableNodesFound: spec.nodeSelector wants disk=hdd, which node one has not.
          """)
  void aSelectorThatMeansAnotherNode(String cpu, String expected) {
    JsonNode spec = spec(cpu, ",'nodeSelector':{'matchLabels':{'disk':'hdd'}}");

    assertEquals(expected, words(ClassCpu.of(spec, List.of(), HOST, NODE)));
  }

  @Test
  void discoveryTakesAllAndKeepsWhatItTook() {
    JsonNode spec = spec("{'type':'Discovery'}", "");
    List<String> found = ClassCpu.discover(spec, HOST, NODE);
    assertEquals(List.of("aes", "avx", "sse4.2"), found);

    ClassCpu.Fits fits = (ClassCpu.Fits) ClassCpu.of(spec, List.of("aes"), HOST, NODE);
    assertEquals(List.of("aes"), fits.enabled());
    assertEquals(List.of("avx", "sse4.2"), fits.notEnabled());
    assertEquals(
        "NoSuitableNodesFound: The processor of node one lacks gone.",
        words(ClassCpu.of(spec, List.of("gone"), HOST, NODE)));
  }

  @Test
  void theSteadyClockAndSvmAreTakenWhereTheyAre() {
    ClassCpu.Fits fits =
        (ClassCpu.Fits)
            ClassCpu.of(
                spec("{'type':'Features','features':['avx','invtsc']}", ""), List.of(), HOST, NODE);

    assertEquals(new CpuModel.Features(List.of("avx"), List.of("invtsc", "svm")), fits.model());
    assertEquals(List.of("avx", "invtsc"), fits.enabled());
  }

  private static String words(ClassCpu cpu) {
    return switch (cpu) {
      case ClassCpu.Fits _ -> "fits";
      case ClassCpu.Unfit unfit -> unfit.reason() + ": " + unfit.message();
    };
  }

  private static JsonNode spec(String cpu, String more) {
    return JsonMapper.shared().readTree("{'cpu':%s%s}".formatted(cpu, more).replace('\'', '"'));
  }
}
