/**
 * Machines by libvirt: the only package that speaks to it. {@link
 * cairn.hypervisor.libvirt.LibvirtHypervisor} is the port's implementation; {@code Connection} owns
 * the threads and the connection of one role, {@code Api} and {@code DomainHandle} are our binding
 * of what libvirt-java lacks, {@code Faults} is the one place where libvirt's error numbers become
 * faults. Must not decide what a machine looks like; that is {@code cairn.hypervisor.domain}.
 */
@NullMarked
package cairn.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
