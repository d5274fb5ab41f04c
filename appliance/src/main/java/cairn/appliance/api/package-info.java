/**
 * Words of the wire: what is the same for every kind. Documents are Jackson trees; the types here
 * read and build the parts that all of them share. It must not know storage, HTTP or any one kind.
 */
@NullMarked
package cairn.appliance.api;

import org.jspecify.annotations.NullMarked;
