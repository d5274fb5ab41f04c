package cairn.appliance.server;

import cairn.appliance.access.Caller;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.Collection;
import java.util.Locale;

/**
 * Refuses to act as somebody else. Passing over the headers would let an administrator believe that
 * they saw what another may do, and delete as themselves what they meant to try as another.
 */
final class Impersonation {

  private static final String PREFIX = "impersonate-";

  private Impersonation() {}

  /**
   * @param headers names of the request's headers
   */
  static void refuse(Collection<String> headers, Caller caller) {
    for (String header : headers) {
      if (header.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
        throw new Refusal(
            Reason.FORBIDDEN,
            "User \"%s\" cannot impersonate: header %s is not served by this version; leave out --as, --as-group and --as-uid"
                .formatted(caller.name(), header));
      }
    }
  }
}
