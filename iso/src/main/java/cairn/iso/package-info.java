/**
 * The installer and the installed system's image. Nothing depends on it. It is empty until the
 * appliance has something worth installing.
 */
@NullMarked
package cairn.iso;

import org.jspecify.annotations.NullMarked;
