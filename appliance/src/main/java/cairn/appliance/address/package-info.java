/**
 * Addresses of machines on the Main network: the claim of a machine ({@code
 * VirtualMachineIPAddress}) and the lock on one address ({@code VirtualMachineIPAddressLease}). The
 * name of a lease encodes its address, and the store creates a name once: that alone keeps two
 * machines from getting one address. It must not know machines beyond their claim, nor DHCP.
 */
@NullMarked
package cairn.appliance.address;

import org.jspecify.annotations.NullMarked;
