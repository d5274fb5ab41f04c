/**
 * Objects that survive a power cut. The store knows keys, revisions and bytes; it must not know
 * kinds, schemas or JSON. Start reading at {@link cairn.appliance.store.ResourceStore}.
 */
@NullMarked
package cairn.appliance.store;

import org.jspecify.annotations.NullMarked;
