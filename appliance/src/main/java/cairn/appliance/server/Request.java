package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import cairn.appliance.access.Caller;
import java.util.List;
import java.util.Map;

/**
 * A request as the wire protocol sees it.
 *
 * @param path decoded segments without the empty ones at both ends
 * @param query decoded, in the order sent
 * @param headers the few that mean something here
 * @param body empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
record Request(
    String method,
    List<String> path,
    Map<String, List<String>> query,
    Headers headers,
    Caller caller,
    byte[] body) {

  Request {
    requireNonNull(method, "method is null");
    path = List.copyOf(path);
    requireNonNull(query, "query is null");
    requireNonNull(headers, "headers is null");
    requireNonNull(caller, "caller is null");
    requireNonNull(body, "body is null");
  }

  /** Each empty for absent. */
  record Headers(String accept, String contentType, String userAgent, String ifNoneMatch) {
    Headers {
      requireNonNull(accept, "accept is null");
      requireNonNull(contentType, "contentType is null");
      requireNonNull(userAgent, "userAgent is null");
      requireNonNull(ifNoneMatch, "ifNoneMatch is null");
    }
  }

  /** The same with the body that came with it. */
  Request with(byte[] received) {
    return new Request(method, path, query, headers, caller, received);
  }

  /** The first value of a query parameter, empty for absent. */
  String parameter(String name) {
    List<String> values = query.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Go's reading of a flag: only absent, {@code 0} and {@code false} in any case are false. */
  boolean flag(String name) {
    String value = parameter(name);
    return query.containsKey(name) && !value.equals("0") && !value.equalsIgnoreCase("false");
  }
}
