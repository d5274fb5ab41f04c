@NullMarked
package cairn.network.dhcp;

import org.jspecify.annotations.NullMarked;
