/**
 * Who somebody is and what they may do. Today that is the certificate authority made at first
 * start, the certificates signed by it, {@link cairn.appliance.access.WhoAreYou}, which turns a
 * client's credentials into a caller, and {@link cairn.appliance.access.Authorizer}, which says
 * what a caller may do. It must not know kinds, the store or HTTP.
 */
@NullMarked
package cairn.appliance.access;

import org.jspecify.annotations.NullMarked;
