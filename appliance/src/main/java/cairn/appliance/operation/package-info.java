/**
 * One action on one machine, kept as a record. What may be done when is decided in {@link
 * cairn.appliance.operation.Applicability}, purely; the machine itself does it.
 */
@NullMarked
package cairn.appliance.operation;

import org.jspecify.annotations.NullMarked;
