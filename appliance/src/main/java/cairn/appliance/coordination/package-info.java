/**
 * Leases of {@code coordination.k8s.io}, by which programs agree on one that leads. It must not
 * know leases of addresses.
 */
@NullMarked
package cairn.appliance.coordination;

import org.jspecify.annotations.NullMarked;
