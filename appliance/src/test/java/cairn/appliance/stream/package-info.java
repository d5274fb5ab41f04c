@NullMarked
package cairn.appliance.stream;

import org.jspecify.annotations.NullMarked;
