package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.appliance.client.Programs.Ran;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official Python client against the API alone; the tests are in {@code python_contract.py}.
 */
final class PythonIT {

  @Test
  void theOfficialClientIsServed(@TempDir Path home) throws Exception {
    Programs programs = new Programs(home, Map.of());
    Optional<Path> python = Programs.find("python3");
    boolean there =
        python.isPresent()
            && programs
                    .run(List.of(python.get().toString(), "-c", "import kubernetes, yaml"))
                    .code()
                == 0;
    if (!there) {
      System.err.println("SKIPPED: PythonIT needs the package python3-kubernetes");
    }
    assumeTrue(there, "no python3 that has kubernetes");
    try (RunningApi api = new RunningApi(home)) {
      api.kubeconfig(home);

      Ran ran =
          programs.run(
              List.of(
                  python.orElseThrow().toString(),
                  Programs.script("python_contract.py").toString()));

      System.out.println(ran.said().lines().reduce("", (first, second) -> second));
      assertEquals(0, ran.code(), ran.said());
    }
  }
}
