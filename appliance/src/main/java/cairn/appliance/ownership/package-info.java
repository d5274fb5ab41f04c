/**
 * Objects that belong to others: collected when their owners are gone. It knows owner references
 * and nothing of any kind. Start reading at {@link cairn.appliance.ownership.GarbageCollector}.
 */
@NullMarked
package cairn.appliance.ownership;

import org.jspecify.annotations.NullMarked;
