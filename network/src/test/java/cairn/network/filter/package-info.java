@NullMarked
package cairn.network.filter;

import org.jspecify.annotations.NullMarked;
