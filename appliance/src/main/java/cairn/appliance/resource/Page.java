package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.Revision;
import cairn.appliance.store.Stored;
import java.util.List;
import java.util.OptionalLong;

/**
 * Objects of one list, in key order; their documents are ready to be sent.
 *
 * @param revision of the first page
 * @param continueToken for the next page, empty on the last one
 * @param remaining how many come after this page, where that is known
 */
public record Page(
    Revision revision, List<Stored> objects, String continueToken, OptionalLong remaining) {

  public Page {
    requireNonNull(revision, "revision is null");
    objects = List.copyOf(objects);
    requireNonNull(continueToken, "continueToken is null");
    requireNonNull(remaining, "remaining is null");
  }
}
