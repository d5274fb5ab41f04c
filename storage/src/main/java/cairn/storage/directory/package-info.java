/**
 * Images and disks as files in folders. Everything appears by a rename of something complete and
 * durable, so a crash at any instant leaves whole things and working files, which the next opening
 * removes. It must not know where images come from. Start reading at {@link
 * cairn.storage.directory.DirectoryImageCache} and {@link cairn.storage.directory.DirectoryPool}.
 */
@NullMarked
package cairn.storage.directory;

import org.jspecify.annotations.NullMarked;
