package cairn.appliance.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One forwarded port as it is typed: {@code [PROTOCOL/]LOCAL[:TARGET]}.
 *
 * @param local port here; 0 for any free one
 * @param target port of the machine
 */
record ForwardSpec(boolean udp, int local, int target) {

  private static final Pattern FORM =
      Pattern.compile("(?:(tcp|udp)/)?([0-9]{1,5})(?::([0-9]{1,5}))?");
  private static final int LARGEST = 65_535;

  /**
   * @throws Failure if it is not of that form
   */
  static ForwardSpec parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      int local = Integer.parseInt(form.group(2));
      int target = form.group(3) == null ? local : Integer.parseInt(form.group(3));
      if (local <= LARGEST && target >= 1 && target <= LARGEST) {
        return new ForwardSpec("udp".equals(form.group(1)), local, target);
      }
    }
    throw new Failure(
        Failure.WRONG_USAGE,
        "'%s' is not [tcp/|udp/]LOCAL[:TARGET] with ports up to 65535, as in 8080:80 or udp/5353:53"
            .formatted(text));
  }

  String stream() {
    return "portforward?port=%d&protocol=%s".formatted(target, protocol());
  }

  String protocol() {
    return udp ? "udp" : "tcp";
  }
}
