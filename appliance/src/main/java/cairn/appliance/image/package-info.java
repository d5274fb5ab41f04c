/**
 * Images: brought in once, kept in the cache, read by disks and machines. Both kinds, of a
 * namespace and of all, are one subject. {@link cairn.appliance.image.Imports} runs the transfers;
 * everything shown is decided in {@link cairn.appliance.image.ImageReport}, which is pure. {@link
 * cairn.appliance.image.Origins} finds what an image is made of. It must not know machines beyond
 * their claims, nor of disks more than whether they are ready and where they are.
 */
@NullMarked
package cairn.appliance.image;

import org.jspecify.annotations.NullMarked;
