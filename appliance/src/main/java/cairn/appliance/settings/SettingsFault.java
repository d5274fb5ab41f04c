package cairn.appliance.settings;

import java.util.List;

/** The configuration cannot be used; the message lists everything that is wrong with it. */
public final class SettingsFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SettingsFault(String file, List<String> errors) {
    super(
        file
            + " cannot be used:"
            + String.join("", errors.stream().map(error -> "\n  - " + error).toList())
            + "\nThe keys are described in docs/configuration.md.");
  }
}
