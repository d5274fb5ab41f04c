package cairn.appliance.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used and holds, as the kernel tells it.
 *
 * @param cpuSeconds since it began, in user and kernel mode
 * @param residentBytes of its memory, what is in RAM
 */
record ProcessFigures(double cpuSeconds, long residentBytes) {

  /** The unit of times in /proc, on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int PAGE = 4096;

  /** Places behind the name, which may hold blanks and ends with a bracket. */
  private static final int USER = 11;

  private static final int KERNEL = 12;
  private static final int RESIDENT = 21;

  static ProcessFigures of(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new ProcessFigures(
        (Long.parseLong(words[USER]) + Long.parseLong(words[KERNEL])) / TICKS_PER_SECOND,
        Long.parseLong(words[RESIDENT]) * PAGE);
  }
}
