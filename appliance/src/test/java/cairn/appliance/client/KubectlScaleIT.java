package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.appliance.node.Kubectl;
import cairn.appliance.schema.CrdKinds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl scale}, with every version found, on a kind that is not served yet. */
class KubectlScaleIT {

  @Test
  void everyVersionScales(@TempDir Path home) throws Exception {
    List<Path> programs = Kubectl.found();
    if (programs.isEmpty()) {
      System.err.println("SKIPPED: KubectlScaleIT needs a kubectl on the PATH, and there is none");
    }
    assumeFalse(programs.isEmpty(), "no kubectl on the PATH");
    try (RunningApi api = new RunningApi(home, CrdKinds.loadWithLater())) {
      api.kubeconfig(home);
      for (Path program : programs) {
        Path own = Files.createDirectory(home.resolve(program.getFileName().toString()));
        scale(
            new Kubectl(program, home.resolve("kubeconfig"), own), "p" + programs.indexOf(program));
      }
    }
  }

  private static void scale(Kubectl kubectl, String name) throws Exception {
    kubectl.feed(ScaleOverHttpTest.pool(name).replace('\'', '"'), "create", "-f", "-");
    String scaled = kubectl.ok("scale", "vmpool/" + name, "--replicas=5");
    String again = kubectl.ok("scale", "vmpool/" + name, "--current-replicas=5", "--replicas=3");
    Kubectl.Ran refused =
        kubectl.run("", "scale", "vmpool/" + name, "--current-replicas=9", "--replicas=1");

    assertTrue(scaled.contains("scaled"), scaled);
    assertTrue(again.contains("scaled"), again);
    assertEquals(1, refused.code(), refused.toString());
    assertEquals("3", kubectl.ok("get", "vmpool", name, "-o", "jsonpath={.spec.replicas}"));
  }
}
