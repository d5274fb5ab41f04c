/**
 * Managed networks on a real Linux host: links, packet rules, forwarding and DHCP put together.
 * Start reading at {@link cairn.network.linux.LinuxNetwork}.
 */
@NullMarked
package cairn.network.linux;

import org.jspecify.annotations.NullMarked;
