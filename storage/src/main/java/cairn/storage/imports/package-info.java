/**
 * Brings an image in: one streaming pass from a source through digests, unpacking and checks to a
 * sparse raw file. Everything that comes over the wire is hostile until checked. It must not know
 * where finished images are kept. Start reading at {@link cairn.storage.imports.ImageImport}.
 */
@NullMarked
package cairn.storage.imports;

import org.jspecify.annotations.NullMarked;
