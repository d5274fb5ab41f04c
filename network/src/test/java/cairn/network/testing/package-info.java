@NullMarked
package cairn.network.testing;

import org.jspecify.annotations.NullMarked;
