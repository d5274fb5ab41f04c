/** Tests of who owns which field. */
@NullMarked
package cairn.appliance.apply;

import org.jspecify.annotations.NullMarked;
