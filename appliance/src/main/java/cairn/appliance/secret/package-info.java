/**
 * Secrets and ConfigMaps: what is written as plain text is kept as bytes, and what is immutable
 * stays. It must not know what they are for.
 */
@NullMarked
package cairn.appliance.secret;

import org.jspecify.annotations.NullMarked;
