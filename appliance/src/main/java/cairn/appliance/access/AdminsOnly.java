package cairn.appliance.access;

import java.util.List;

/** Everything for those in the administrators' group, nothing for others. */
public final class AdminsOnly implements Authorizer {

  private static final List<String> ALL = List.of("*");

  @Override
  public Verdict decide(Caller caller, Attempt attempt) {
    return admin(caller)
        ? new Verdict(true, "members of " + Caller.CLUSTER_ADMINS + " may do everything")
        : new Verdict(false, "only members of " + Caller.CLUSTER_ADMINS + " may use this API");
  }

  @Override
  public List<Rule> rules(Caller caller, String namespace) {
    return admin(caller) ? List.of(new Rule(ALL, ALL, ALL, ALL)) : List.of();
  }

  private static boolean admin(Caller caller) {
    return caller.groups().contains(Caller.CLUSTER_ADMINS);
  }
}
