package cairn.appliance.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The host's memory at one moment.
 *
 * @param availableBytes that can be had without swapping; 0 if nobody knows
 */
public record HostMemory(long totalBytes, long availableBytes) {

  /** Below this part of all memory the host is pressed. */
  private static final int LEAST_PART = 20;

  private static final long LEAST_BYTES = 256L << 20;

  /** As the kernel tells it now; a limit on this process counts as all there is. */
  public static HostMemory now() {
    long all = line("MemTotal:");
    return new HostMemory(Math.min(all, MemoryLimit.now().orElse(all)), line("MemAvailable:"));
  }

  boolean pressed() {
    return totalBytes > 0 && availableBytes < Math.max(LEAST_BYTES, totalBytes / LEAST_PART);
  }

  private static long line(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(each -> each.startsWith(name))
          .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
