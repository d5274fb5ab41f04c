/**
 * Namespaces: what they are born with, and how they end: marked, emptied, gone. It must not know
 * what lives in them.
 */
@NullMarked
package cairn.appliance.namespace;

import org.jspecify.annotations.NullMarked;
