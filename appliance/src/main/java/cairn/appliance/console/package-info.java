/**
 * Streams into a machine: today its serial console. A console has one holder; whoever comes next
 * takes it over. It must not know libvirt or HTTP: it joins the hypervisor's port with the server's
 * stream endpoint.
 */
@NullMarked
package cairn.appliance.console;

import org.jspecify.annotations.NullMarked;
