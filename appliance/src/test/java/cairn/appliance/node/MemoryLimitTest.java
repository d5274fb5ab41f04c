package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLimitTest {

  @TempDir private Path root;

  @Test
  void theSmallestLimitAboveCounts() throws Exception {
    Files.createDirectories(root.resolve("a/b"));
    Files.writeString(root.resolve("a/memory.max"), "4096\n");
    Files.writeString(root.resolve("a/b/memory.max"), "max\n");

    assertEquals(OptionalLong.of(4096), MemoryLimit.among(List.of("0::/a/b"), root));
    assertEquals(OptionalLong.empty(), MemoryLimit.among(List.of("0::/c"), root));
  }

  @Test
  void theFirstVersionHasAHierarchyOfItsOwn() throws Exception {
    Files.createDirectories(root.resolve("memory/a"));
    Files.writeString(root.resolve("memory/memory.limit_in_bytes"), "9223372036854771712\n");
    Files.writeString(root.resolve("memory/a/memory.limit_in_bytes"), "8192\n");

    assertEquals(OptionalLong.of(8192), MemoryLimit.among(List.of("1:cpu:/", "4:memory:/a"), root));
    assertEquals(
        OptionalLong.of(9223372036854771712L), MemoryLimit.among(List.of("4:memory:/gone"), root));
  }
}
