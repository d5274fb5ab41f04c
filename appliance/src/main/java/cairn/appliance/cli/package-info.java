/**
 * The {@code cairn} command. It talks to the service over its API as any client does, and knows
 * nothing of what is behind it: no store, no controllers, no web framework. Start reading at {@link
 * cairn.appliance.cli.Cairn}.
 */
@NullMarked
package cairn.appliance.cli;

import org.jspecify.annotations.NullMarked;
