/**
 * Programs that measure what SPECIFICATION.md promises; run by {@code make bench}. They know the
 * public types of what they measure and assert nothing.
 */
@NullMarked
package cairn.appliance.bench;

import org.jspecify.annotations.NullMarked;
