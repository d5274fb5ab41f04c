package cairn.appliance.access;

import java.util.List;

/** The one place that says who may do what. Pure and quick; any thread. */
public interface Authorizer {

  Verdict decide(Caller caller, Attempt attempt);

  /**
   * What the caller may do in a namespace, in as few rules as say it.
   *
   * @param namespace whose rules are asked for, besides those of no namespace
   */
  List<Rule> rules(Caller caller, String namespace);

  /**
   * Verbs allowed on resources of groups; a star is all of them. The core group is the empty text.
   *
   * @param paths allowed paths that are not about objects
   */
  record Rule(List<String> verbs, List<String> groups, List<String> resources, List<String> paths) {
    public Rule {
      verbs = List.copyOf(verbs);
      groups = List.copyOf(groups);
      resources = List.copyOf(resources);
      paths = List.copyOf(paths);
    }
  }
}
