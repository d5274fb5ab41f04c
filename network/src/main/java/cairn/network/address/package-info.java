/**
 * Which addresses are free: pools of machines' addresses, and a range for a host that has none yet.
 * Pure, but for {@link cairn.network.address.HostRoutes}. It must not know who holds an address.
 */
@NullMarked
package cairn.network.address;

import org.jspecify.annotations.NullMarked;
