/** Tests of the package of the same name. */
@NullMarked
package cairn.appliance.namespace;

import org.jspecify.annotations.NullMarked;
