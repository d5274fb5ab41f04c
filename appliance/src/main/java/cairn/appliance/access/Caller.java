package cairn.appliance.access;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Who makes a request.
 *
 * @param name as audit and messages show it
 * @param groups that roles may be bound to
 */
public record Caller(String name, List<String> groups) {

  /** The group that may do everything. */
  public static final String CLUSTER_ADMINS = "cairn:cluster-admins";

  /** Nobody known: may ask for health, and for nothing else. */
  public static final Caller ANONYMOUS =
      new Caller("system:anonymous", List.of("system:unauthenticated"));

  public Caller {
    requireNonNull(name, "name is null");
    groups = List.copyOf(groups);
  }

  public boolean anonymous() {
    return this.equals(ANONYMOUS);
  }
}
