/** What every store has to keep, on the real one and on the one in memory. */
@NullMarked
package cairn.appliance.store;

import org.jspecify.annotations.NullMarked;
