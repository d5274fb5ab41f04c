/**
 * Networks for tests of those who use the port: they behave as the real one does, in memory. Start
 * reading at {@link cairn.network.testing.FakeNetwork}.
 */
@NullMarked
package cairn.network.testing;

import org.jspecify.annotations.NullMarked;
