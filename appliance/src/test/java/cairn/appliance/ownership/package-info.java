/** Tests of the package of the same name. */
@NullMarked
package cairn.appliance.ownership;

import org.jspecify.annotations.NullMarked;
