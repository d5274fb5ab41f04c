/**
 * Packet rules as data and the one writer that turns them into nft's language. Only names and
 * addresses of ours enter a rule, never text of a user. Start reading at {@link
 * cairn.network.filter.NetworkRules}.
 */
@NullMarked
package cairn.network.filter;

import org.jspecify.annotations.NullMarked;
