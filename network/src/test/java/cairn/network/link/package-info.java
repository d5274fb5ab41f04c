@NullMarked
package cairn.network.link;

import org.jspecify.annotations.NullMarked;
