/** Certificates and callers. */
@NullMarked
package cairn.appliance.access;

import org.jspecify.annotations.NullMarked;
