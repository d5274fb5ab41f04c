/**
 * Whether a machine may run on the one node: selectors, taints, affinity to nodes and to other
 * machines, spreading; and whether there is room for it. The rules are those of the Kubernetes
 * scheduler, held against a single candidate, and pure; {@link cairn.appliance.placement.HostRoom}
 * alone keeps something, namely who has which part of the host. It knows no machine's document
 * beyond the fields it reads, and starts nothing.
 */
@NullMarked
package cairn.appliance.placement;

import org.jspecify.annotations.NullMarked;
