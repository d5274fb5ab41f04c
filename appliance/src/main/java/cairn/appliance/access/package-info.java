/**
 * Who somebody is and what they may do. Today that is the certificate authority made at first
 * start, the certificates signed by it, and {@link cairn.appliance.access.WhoAreYou}, which turns a
 * client's credentials into a caller. It must not know kinds, the store or HTTP.
 */
@NullMarked
package cairn.appliance.access;

import org.jspecify.annotations.NullMarked;
