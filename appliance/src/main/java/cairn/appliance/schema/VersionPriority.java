package cairn.appliance.schema;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which Kubernetes prefers versions: finished ones before beta before alpha, and the
 * higher number first ({@code v2, v1, v1beta1, v1alpha3, v1alpha2}); what has no such form comes
 * last, by its letters.
 */
final class VersionPriority {

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");
  private static final int FORMLESS = 3;

  /** The most preferred first. */
  static final Comparator<String> PREFERRED_FIRST =
      Comparator.comparingInt(VersionPriority::maturity)
          .thenComparing(Comparator.comparingInt((String text) -> number(text, 1)).reversed())
          .thenComparing(Comparator.comparingInt((String text) -> number(text, 3)).reversed())
          .thenComparing(Comparator.naturalOrder());

  private VersionPriority() {}

  private static int maturity(String version) {
    Matcher form = FORM.matcher(version);
    if (!form.matches()) {
      return FORMLESS;
    }
    String word = form.group(2);
    return word == null ? 0 : word.equals("beta") ? 1 : 2;
  }

  private static int number(String version, int group) {
    Matcher form = FORM.matcher(version);
    String digits = form.matches() ? form.group(group) : null;
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
