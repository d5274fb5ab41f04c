/**
 * The API as clients see it: every request goes over TLS to a real server on a port of its own. It
 * must not look inside.
 */
@NullMarked
package cairn.appliance.client;

import org.jspecify.annotations.NullMarked;
