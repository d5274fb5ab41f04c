/** Tests of the service's figures. */
@NullMarked
package cairn.appliance.metrics;

import org.jspecify.annotations.NullMarked;
