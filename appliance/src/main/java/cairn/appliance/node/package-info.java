/**
 * The one host as clients see it: a Node with its conditions, capacity and labels. It must not know
 * machines.
 */
@NullMarked
package cairn.appliance.node;

import org.jspecify.annotations.NullMarked;
