/** Tests that hold the code to the architecture. */
@NullMarked
package cairn.architecture;

import org.jspecify.annotations.NullMarked;
