@NullMarked
package cairn.network.program;

import org.jspecify.annotations.NullMarked;
