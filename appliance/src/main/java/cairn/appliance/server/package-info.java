/**
 * The Kubernetes wire protocol: HTTP, TLS, media types, discovery negotiation, watch streams and
 * websockets. One catch-all route with a path parser of its own, so that every failure of every
 * path is answered by a {@code Status}. It decides nothing about objects: the verbs are asked.
 * Start reading at {@link cairn.appliance.server.ApiServer}.
 */
@NullMarked
package cairn.appliance.server;

import org.jspecify.annotations.NullMarked;
