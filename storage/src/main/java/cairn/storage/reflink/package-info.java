/**
 * One system call: make a file share another file's blocks. The only package of storage that calls
 * native code. It must not know images, disks or pools. Start reading at {@link
 * cairn.storage.reflink.Reflink}.
 */
@NullMarked
package cairn.storage.reflink;

import org.jspecify.annotations.NullMarked;
