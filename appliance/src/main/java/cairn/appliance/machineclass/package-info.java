/**
 * Classes of machines: which processor the guest sees, on which host it may run, and which sizes
 * are allowed. The sizing law is pure and lives in {@link
 * cairn.appliance.machineclass.SizingPolicies}; what a machine does with it is not known here.
 */
@NullMarked
package cairn.appliance.machineclass;

import org.jspecify.annotations.NullMarked;
