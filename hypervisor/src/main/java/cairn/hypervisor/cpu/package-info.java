/**
 * Shares and limits of processors for running machines, by control groups of our own beside
 * libvirt's, which is told to use none: two libvirts on one host would share one tree. Knows
 * processes and numbers, no libvirt. Start at {@link cairn.hypervisor.cpu.CpuGroups}.
 */
@NullMarked
package cairn.hypervisor.cpu;

import org.jspecify.annotations.NullMarked;
