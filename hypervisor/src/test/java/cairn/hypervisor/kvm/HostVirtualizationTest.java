package cairn.hypervisor.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostVirtualizationTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fpu vmx sse2 | Y | '' | This host runs on hardware of its own; its processor offers vmx; its guests may have guests.",
        "fpu svm hypervisor | '' | 0 | This host is a guest of another hypervisor; its processor offers svm; its guests may have no guests.",
        "fpu hypervisor | '' | '' | This host is a guest of another hypervisor; its processor offers neither vmx nor svm.",
        "fpu | '' | '' | This host runs on hardware of its own; its processor offers neither vmx nor svm."
      })
  void whatTheProcessorSays(String flags, String intel, String amd, String sentence) {
    HostVirtualization host =
        HostVirtualization.read(
            List.of("processor\t: 0", "flags\t\t: " + flags), lines(intel), lines(amd));

    assertEquals(sentence, host.explanation());
  }

  private static List<String> lines(String text) {
    return text.isEmpty() ? List.of() : List.of(text);
  }
}
