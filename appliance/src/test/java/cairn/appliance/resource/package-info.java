/** Tests of the verbs, on the store in memory and the real kinds. */
@NullMarked
package cairn.appliance.resource;

import org.jspecify.annotations.NullMarked;
