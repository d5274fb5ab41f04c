@NullMarked
package cairn.network;

import org.jspecify.annotations.NullMarked;
