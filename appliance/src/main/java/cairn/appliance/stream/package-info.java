/**
 * Streams into a machine: its serial console, its screen, its ports. Console and screen have one
 * holder each; whoever comes next takes them over. It must not know libvirt or HTTP: it joins what
 * the hypervisor and the network give with the server's stream endpoint.
 */
@NullMarked
package cairn.appliance.stream;

import org.jspecify.annotations.NullMarked;
