/**
 * Virtual machines: from a manifest to a guest that runs, and back to a true status. Start reading
 * at {@link cairn.appliance.machine.MachineReconciler}; what it decides is decided in {@link
 * cairn.appliance.machine.PowerPlan} and {@link cairn.appliance.machine.MachinePlan}, which are
 * pure. It must not know how disks, images and addresses come about.
 */
@NullMarked
package cairn.appliance.machine;

import org.jspecify.annotations.NullMarked;
