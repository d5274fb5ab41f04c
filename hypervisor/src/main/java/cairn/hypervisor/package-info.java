/**
 * The port to virtual machines on this host: what a caller needs to make one exist, run, stop and
 * be observed, and nothing else. It speaks in its own records and is idempotent: "make it so", not
 * "do this once". It must not know where disks come from, how addresses are given, or any word of
 * the resource API. Start reading at {@link cairn.hypervisor.Hypervisor}.
 */
@NullMarked
package cairn.hypervisor;

import org.jspecify.annotations.NullMarked;
