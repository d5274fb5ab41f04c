package cairn.appliance.controller;

import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;

/**
 * Makes one kind of object real. Called for one object at a time per key, for different keys at
 * once, on virtual threads. Level-triggered: every pass could be the first after a power cut, and
 * nothing says what changed. An exception counts as {@link Fault.Broken}, a {@link
 * cairn.appliance.api.Refusal} for a conflict as {@link Fault.Transient}.
 *
 * <p>Every implementation has a {@code static final Declaration DECLARATION}; a test reads it,
 * holds it against the others and prints {@code docs/controllers.md}.
 */
public interface Reconciler {

  /** Brings the world closer to what the object wants. */
  Outcome reconcile(Resource resource) throws InterruptedException;

  /**
   * Takes back what was made for an object whose deletion was asked for. With a finalizer declared,
   * called as long as it stands, and {@link Outcome.Settled} lets the runtime remove it; any other
   * outcome keeps it. Without one, called as long as others hold the object.
   */
  Outcome release(Resource resource) throws InterruptedException;

  /**
   * The object is gone, and perhaps not through {@link #release}: somebody may have taken its
   * finalizers off by hand. Takes back what is left of it on the host; called until it settles,
   * also while another object of the same name is there, which has another uid.
   *
   * @param last as it was last
   */
  default Outcome bury(Resource last) throws InterruptedException {
    return Outcome.SETTLED;
  }

  /** The object is gone: forget what was remembered about it in memory. */
  default void forget(Key key) {}
}
