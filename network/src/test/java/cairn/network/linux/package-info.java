@NullMarked
package cairn.network.linux;

import org.jspecify.annotations.NullMarked;
