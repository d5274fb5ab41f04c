package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

/** A configuration that cannot be applied to any document. */
public final class Unfit extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String why;

  Unfit(String why) {
    super(why);
    this.why = requireNonNull(why, "why is null");
  }

  /** Where and why, in Kubernetes' words: {@code .spec.list: duplicate entries for key [...]}. */
  public String why() {
    return why;
  }
}
