/**
 * {@code cairn.yaml}: read once at start into records, or refused with everything that is wrong
 * with it. What DVP keeps in ModuleConfig is not here. Start reading at {@link
 * cairn.appliance.settings.Settings}; every key is described in docs/configuration.md.
 */
@NullMarked
package cairn.appliance.settings;

import org.jspecify.annotations.NullMarked;
