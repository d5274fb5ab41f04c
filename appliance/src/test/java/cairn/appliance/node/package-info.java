/** The whole node, driven from outside as users drive it: real service, libvirt, QEMU, guests. */
@NullMarked
package cairn.appliance.node;

import org.jspecify.annotations.NullMarked;
