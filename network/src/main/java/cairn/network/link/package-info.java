/**
 * Bridges and taps in the kernel, through {@code ip -j} and {@code ip -batch -}: what is there,
 * what should be, and the commands between. It must not know packet rules or DHCP. Start reading at
 * {@link cairn.network.link.LinkScript}.
 */
@NullMarked
package cairn.network.link;

import org.jspecify.annotations.NullMarked;
