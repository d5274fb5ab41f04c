/**
 * The DHCP and DNS server of one network: a dnsmasq that outlives us, its reservations as files,
 * its leases as it writes them. It must not know bridges or packet rules. Start reading at {@link
 * cairn.network.dhcp.DhcpServer}.
 */
@NullMarked
package cairn.network.dhcp;

import org.jspecify.annotations.NullMarked;
