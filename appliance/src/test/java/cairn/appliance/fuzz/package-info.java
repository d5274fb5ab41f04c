/**
 * Feeds the API what no honest client sends, over real TLS connections, byte by byte as a stranger
 * would.
 */
@NullMarked
package cairn.appliance.fuzz;

import org.jspecify.annotations.NullMarked;
