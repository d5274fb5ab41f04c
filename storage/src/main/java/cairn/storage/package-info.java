/**
 * The port to bytes at rest: a cache of images known by their content, and pools of disks cloned
 * from them. It must not know machines, addresses or any word of the resource API. Start reading at
 * {@link cairn.storage.ImageCache} and {@link cairn.storage.DiskPool}.
 */
@NullMarked
package cairn.storage;

import org.jspecify.annotations.NullMarked;
