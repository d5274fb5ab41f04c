/** Secrets: what is written as plain text is kept as bytes. It must not know what they are for. */
@NullMarked
package cairn.appliance.secret;

import org.jspecify.annotations.NullMarked;
