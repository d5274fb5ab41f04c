/**
 * What disks and images have in common for the machines that use them: how they are named, and who
 * holds them. It must not know how a disk or an image comes about, nor how a machine runs.
 */
@NullMarked
package cairn.appliance.blockdevice;

import org.jspecify.annotations.NullMarked;
