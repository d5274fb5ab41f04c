/**
 * Disks of machines: blank, from an image of ours, or from elsewhere. {@link
 * cairn.appliance.disk.DiskPlan} decides, purely; {@link cairn.appliance.disk.DiskReconciler}
 * carries out. A machine shows up here only as a claim.
 */
@NullMarked
package cairn.appliance.disk;

import org.jspecify.annotations.NullMarked;
