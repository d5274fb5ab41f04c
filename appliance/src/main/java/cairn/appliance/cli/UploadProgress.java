package cairn.appliance.cli;

import cairn.appliance.api.ByteCount;
import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A bar on the terminal while a file is sent; nothing where nobody looks. Used by one thread. */
final class UploadProgress implements AutoCloseable {

  private static final int WIDTH = 30;
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final long whole;
  private final Optional<PrintStream> terminal;
  private final long begin = System.nanoTime();
  private long shown = begin - PACE_NANOS;

  private UploadProgress(long whole, Optional<PrintStream> terminal) {
    this.whole = whole;
    this.terminal = terminal;
  }

  /**
   * @param whole how many bytes are to be sent, more than zero
   */
  static UploadProgress of(long whole) {
    boolean seen = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return new UploadProgress(whole, seen ? Optional.of(System.err) : Optional.empty());
  }

  void sent(long bytes) {
    long now = System.nanoTime();
    if (terminal.isPresent() && (now - shown >= PACE_NANOS || bytes == whole)) {
      shown = now;
      terminal.get().print("\r" + line(bytes, whole, now - begin));
      terminal.get().flush();
    }
  }

  /** Pure. */
  static String line(long bytes, long whole, long nanos) {
    int filled = (int) (WIDTH * bytes / whole);
    long perSecond = (long) (bytes / Math.max(nanos / 1e9, 0.001));
    return String.format(
        Locale.ROOT,
        "[%s%s] %5.1f%%  %s of %s  %s/s ",
        "#".repeat(filled),
        " ".repeat(WIDTH - filled),
        100.0 * bytes / whole,
        ByteCount.human(bytes),
        ByteCount.human(whole),
        ByteCount.human(perSecond));
  }

  @Override
  public void close() {
    terminal.ifPresent(PrintStream::println);
  }
}
