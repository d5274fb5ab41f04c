package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.appliance.client.Programs.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ansible's collection {@code kubernetes.core} against the API and the controller of namespaces.
 * Where the collection is says {@code CAIRN_TEST_ANSIBLE} (see {@code scripts/ansible-collection});
 * without it, Debian's package {@code ansible} must be installed.
 */
final class AnsibleIT {

  private static final Path INSTALLED = Path.of("/usr/lib/python3/dist-packages");
  private static final Pattern RECAP =
      Pattern.compile("ok=(\\d+) +changed=(\\d+) +unreachable=0 +failed=(\\d+)");

  /** What a playbook did. */
  private record Recap(int ok, int changed, int failed) {}

  private int passed;

  @Test
  void playbooksComeToRestAndSayWhatTheyChanged(@TempDir Path home) throws Exception {
    Path collections =
        Optional.ofNullable(System.getenv("CAIRN_TEST_ANSIBLE")).map(Path::of).orElse(INSTALLED);
    Optional<Path> program = Programs.find("ansible-playbook");
    boolean there =
        program.isPresent()
            && Files.isDirectory(collections.resolve("ansible_collections/kubernetes/core"));
    if (!there) {
      System.err.println(
          "SKIPPED: AnsibleIT needs the package ansible-core and the collection kubernetes.core,"
              + " as scripts/test installs them");
    }
    assumeTrue(there, "no ansible-playbook with kubernetes.core");
    Programs ansible =
        new Programs(
            home,
            Map.of(
                "ANSIBLE_COLLECTIONS_PATH", collections.toString(),
                "ANSIBLE_LOCALHOST_WARNING", "False",
                "ANSIBLE_NOCOLOR", "True"));
    try (RunningApi api = new RunningApi(home);
        var _ = api.emptyingNamespaces()) {
      api.kubeconfig(home);

      assertEquals(4, play(ansible, program.get(), "present.yml").changed());
      assertEquals(0, play(ansible, program.get(), "present.yml").changed());
      play(ansible, program.get(), "change.yml");
      assertEquals(2, play(ansible, program.get(), "absent.yml").changed());
      assertEquals(0, play(ansible, program.get(), "absent.yml").changed());
    }
    System.out.printf("ansible kubernetes.core: %d passed, 0 failed%n", passed);
  }

  private Recap play(Programs ansible, Path program, String playbook) throws Exception {
    Ran ran =
        ansible.run(List.of(program.toString(), Programs.script("ansible/" + playbook).toString()));
    Matcher recap = RECAP.matcher(ran.said());
    assertEquals(0, ran.code(), ran.said());
    assertEquals(true, recap.find(), ran.said());
    Recap result = new Recap(number(recap, 1), number(recap, 2), number(recap, 3));
    assertEquals(0, result.failed(), ran.said());
    passed += result.ok();
    return result;
  }

  private static int number(Matcher recap, int group) {
    return Integer.parseInt(recap.group(group));
  }
}
