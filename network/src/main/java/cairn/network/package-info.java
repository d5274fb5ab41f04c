/**
 * The port to the host's network: bridges with addresses, names and rules for the machines behind
 * them. It must not know machines, disks or any word of the resource API. Start reading at {@link
 * cairn.network.ManagedNetwork}.
 */
@NullMarked
package cairn.network;

import org.jspecify.annotations.NullMarked;
