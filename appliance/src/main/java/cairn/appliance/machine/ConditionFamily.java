package cairn.appliance.machine;

import cairn.appliance.api.Conditions;

/**
 * Conditions of a machine that belong together. A family says everything about its conditions in
 * each pass: those that are present only while they matter it drops otherwise. Pure; knows nothing
 * of the other families.
 */
@FunctionalInterface
interface ConditionFamily {

  void write(Conditions conditions, Seen seen);
}
