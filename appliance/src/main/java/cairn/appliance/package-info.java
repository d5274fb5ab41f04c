/**
 * The service: main, wiring, and start and stop order; nothing else. Subjects live in the packages
 * below, cut by kind of resource, never by layer.
 */
@NullMarked
package cairn.appliance;

import org.jspecify.annotations.NullMarked;
