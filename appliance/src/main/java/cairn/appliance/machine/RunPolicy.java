package cairn.appliance.machine;

/** When a machine runs by itself, and which operations it takes. */
public enum RunPolicy {
  /** Runs always; a guest that powers off is started again. */
  ALWAYS_ON("AlwaysOn"),
  /** Runs until somebody stops it: an operation, or the guest by powering off. */
  ALWAYS_ON_UNLESS_STOPPED_MANUALLY("AlwaysOnUnlessStoppedManually"),
  /** Runs when an operation says so. */
  MANUAL("Manual"),
  /** Never runs. */
  ALWAYS_OFF("AlwaysOff");

  private final String word;

  RunPolicy(String word) {
    this.word = word;
  }

  /** As the manifest writes it. */
  public String word() {
    return word;
  }

  /** What a manifest says; the schema admits nothing else. */
  public static RunPolicy read(String word) {
    for (RunPolicy policy : values()) {
      if (policy.word.equals(word)) {
        return policy;
      }
    }
    return ALWAYS_ON_UNLESS_STOPPED_MANUALLY;
  }
}
