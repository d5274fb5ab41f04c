/**
 * What works on this host and what does not, found by looking and trying. It needs no running
 * service and changes nothing.
 */
@NullMarked
package cairn.appliance.doctor;

import org.jspecify.annotations.NullMarked;
