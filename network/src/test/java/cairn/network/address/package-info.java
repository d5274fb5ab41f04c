@NullMarked
package cairn.network.address;

import org.jspecify.annotations.NullMarked;
