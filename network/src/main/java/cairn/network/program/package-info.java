/**
 * Starts host programs: argument list and input in, words and exit code out. It must not know what
 * any program means. Start reading at {@link cairn.network.program.ProgramRunner}.
 */
@NullMarked
package cairn.network.program;

import org.jspecify.annotations.NullMarked;
