/** The configuration file and its documentation. */
@NullMarked
package cairn.appliance.settings;

import org.jspecify.annotations.NullMarked;
