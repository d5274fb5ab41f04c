/** Tests of the package of the same name. */
@NullMarked
package cairn.appliance.events;

import org.jspecify.annotations.NullMarked;
