/**
 * A hypervisor in memory for tests of whatever uses the port: {@link
 * cairn.hypervisor.testing.FakeHypervisor}. It passes the same contract as the real one. Must not
 * be used by anything that runs on a host.
 */
@NullMarked
package cairn.hypervisor.testing;

import org.jspecify.annotations.NullMarked;
