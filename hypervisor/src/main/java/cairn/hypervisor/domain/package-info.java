/**
 * libvirt's domain as records: {@link cairn.hypervisor.domain.Domains} decides which devices a
 * machine gets, {@link cairn.hypervisor.domain.DomainXmlWriter} writes the tree without deciding
 * anything, {@link cairn.hypervisor.domain.DomainXmlReader} reads back the little we need. Pure: no
 * native code, no files. Must not know how a domain is handed to libvirt.
 */
@NullMarked
package cairn.hypervisor.domain;

import org.jspecify.annotations.NullMarked;
