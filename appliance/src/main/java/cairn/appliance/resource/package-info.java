/**
 * The verbs on objects: one engine that the HTTP edge and the controllers share, so that nobody
 * writes past validation, finalizers or generation counting. It must not know HTTP. Start reading
 * at {@link cairn.appliance.resource.Resources}.
 */
@NullMarked
package cairn.appliance.resource;

import org.jspecify.annotations.NullMarked;
