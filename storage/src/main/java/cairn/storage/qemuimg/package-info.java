/**
 * Typed calls of the program {@code qemu-img}: argument list in, record out, with time and output
 * limits, and a sandbox for files that strangers made. It must not know caches or pools. Start
 * reading at {@link cairn.storage.qemuimg.QemuImg}.
 */
@NullMarked
package cairn.storage.qemuimg;

import org.jspecify.annotations.NullMarked;
