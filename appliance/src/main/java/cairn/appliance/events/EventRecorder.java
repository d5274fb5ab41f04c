package cairn.appliance.events;

import cairn.appliance.resource.Resource;

/**
 * Tells people what happened to an object. Never fails and never holds the caller up for a store
 * that is full: an event that cannot be kept is logged.
 */
public interface EventRecorder {

  /** Something expected. */
  void normal(Resource about, String reason, String message);

  /** Something that may need a person. */
  void warning(Resource about, String reason, String message);
}
