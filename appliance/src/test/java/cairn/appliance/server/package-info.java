/** The wire protocol, driven over real sockets. */
@NullMarked
package cairn.appliance.server;

import org.jspecify.annotations.NullMarked;
