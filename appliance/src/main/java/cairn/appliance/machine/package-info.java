/**
 * Virtual machines: from a manifest to a guest that runs, and back to a true status. Start reading
 * at {@link cairn.appliance.machine.MachineReconciler}; what it does about power is decided in
 * {@link cairn.appliance.machine.PowerPlan}, which is pure. It must not know how disks, images and
 * addresses come about.
 */
@NullMarked
package cairn.appliance.machine;

import org.jspecify.annotations.NullMarked;
