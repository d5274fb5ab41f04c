/**
 * Images: brought in once, kept in the cache, read by disks and machines. Both kinds, of a
 * namespace and of all, are one subject. {@link cairn.appliance.image.Imports} runs the transfers;
 * everything shown is decided in {@link cairn.appliance.image.ImageReport}, which is pure. It must
 * not know disks or machines beyond their claims.
 */
@NullMarked
package cairn.appliance.image;

import org.jspecify.annotations.NullMarked;
