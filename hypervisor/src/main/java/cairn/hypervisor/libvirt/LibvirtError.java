package cairn.hypervisor.libvirt;

import com.sun.jna.Pointer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.libvirt.LibvirtException;

/**
 * A call of libvirt that failed, with libvirt's own numbers ({@code virErrorNumber}, {@code
 * virErrorDomain}). Does not leave this package: {@link Faults} turns it into a fault.
 */
final class LibvirtError extends Exception {

  private static final long serialVersionUID = 1L;

  /** {@code struct virError}: int code, int domain, char *message, … */
  private static final int DOMAIN_OFFSET = 4;

  private static final int MESSAGE_OFFSET = 8;

  /** As QEMU puts before its lines with {@code -msg timestamp=on}. */
  private static final Pattern QEMU_TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z ");

  /** {@code internal error: … monitor …: /usr/bin/qemu-system-x86_64: -device {…}: } */
  private static final Pattern PREFIX =
      Pattern.compile(
          "^(internal error: )?([^:]*\\bmonitor\\b[^:]*: )?"
              + "(\\S*qemu-system-\\w+: )?(-\\w+ (\\{.*\\}|\\S+): )?");

  private static final int BRIEF = 200;

  private final int code;
  private final int domain;

  LibvirtError(int code, int domain, String message) {
    super(message);
    this.code = code;
    this.domain = domain;
  }

  /** The error of the call that this thread made last. */
  static LibvirtError last(String call) {
    @Nullable Pointer error = Api.LIBVIRT.virGetLastError();
    if (error == null) {
      return new LibvirtError(0, 0, call + " failed without saying why");
    }
    @Nullable Pointer message = error.getPointer(MESSAGE_OFFSET);
    return new LibvirtError(
        error.getInt(0),
        error.getInt(DOMAIN_OFFSET),
        message == null ? call + " failed" : undated(message.getString(0)));
  }

  /**
   * What libvirt-java reports, without its number: the few calls we make by it have one way to
   * fail.
   */
  static LibvirtError of(LibvirtException reported) {
    return new LibvirtError(0, 0, String.valueOf(reported.getMessage()));
  }

  /** Without QEMU's time stamps: the same trouble is to read the same at every attempt. */
  static String undated(String message) {
    return QEMU_TIME.matcher(message).replaceAll("");
  }

  /**
   * What it comes to, in one short line: without the words of libvirt and QEMU about themselves,
   * warnings, and the argument that QEMU complains about. The whole is in libvirt's log of the
   * domain.
   */
  String brief() {
    String message = String.valueOf(getMessage());
    String line =
        message
            .lines()
            .map(each -> PREFIX.matcher(each).replaceFirst("").strip())
            .filter(each -> !each.isEmpty() && !each.startsWith("warning:"))
            .findFirst()
            .orElse("no reason was given");
    return line.length() <= BRIEF ? line : line.substring(0, BRIEF) + "...";
  }

  int code() {
    return code;
  }

  int domain() {
    return domain;
  }
}
