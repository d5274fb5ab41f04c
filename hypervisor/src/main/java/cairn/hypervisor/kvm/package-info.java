/**
 * Whether KVM on this host really runs 64-bit guests. The device, its version and libvirt's word
 * prove nothing: some hosts offer a KVM that knows only what its interpreter knows. So {@link
 * cairn.hypervisor.kvm.KvmSelfTest} makes tiny virtual machines by ioctls and has them execute what
 * every operating system needs. Must not know libvirt.
 */
@NullMarked
package cairn.hypervisor.kvm;

import org.jspecify.annotations.NullMarked;
