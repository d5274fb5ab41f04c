/**
 * What happened to objects, told to people: core/v1 Events, aggregated by count. It must not know
 * any one kind. Start reading at {@link cairn.appliance.events.EventRecorder}.
 */
@NullMarked
package cairn.appliance.events;

import org.jspecify.annotations.NullMarked;
