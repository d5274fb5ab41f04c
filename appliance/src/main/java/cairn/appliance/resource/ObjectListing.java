package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.HistoryExpired;
import cairn.appliance.store.ResourceStore.Listing;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Revision;
import cairn.appliance.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lists and watches. */
final class ObjectListing {

  private final ResourceStore store;
  private final Conversions conversions;

  ObjectListing(ResourceStore store, Conversions conversions) {
    this.store = store;
    this.conversions = conversions;
  }

  Page list(Kind kind, String namespace, ListOptions options) {
    Selected selected =
        Selected.of(kind, namespace, options.labelSelector(), options.fieldSelector());
    Freshness.checkList(options);
    Optional<ContinueToken> from =
        options.continueToken().isEmpty()
            ? Optional.empty()
            : Optional.of(ContinueToken.parse(options.continueToken()));
    Listing listing =
        from.isPresent()
            ? continued(from.get(), selected.selection())
            : listing(selected.selection(), options);
    List<Stored> matching =
        listing.objects().stream()
            .filter(stored -> from.isEmpty() || from.get().before(stored.key()))
            .map(stored -> conversions.shown(kind, stored))
            .filter(selected::matches)
            .toList();
    return options.limit() <= 0 || matching.size() <= options.limit()
        ? new Page(listing.revision(), matching, "", OptionalLong.empty())
        : firstOf(matching, (int) options.limit(), listing.revision(), selected);
  }

  private static Page firstOf(
      List<Stored> matching, int limit, Revision revision, Selected selected) {
    List<Stored> shown = matching.subList(0, limit);
    boolean unselected = selected.labels().everything() && selected.fields().everything();
    return new Page(
        revision,
        shown,
        new ContinueToken(revision, selected.selection().namespace(), shown.getLast().key()).text(),
        // Kubernetes leaves the number out where selectors would have to be evaluated for it.
        unselected ? OptionalLong.of(matching.size() - limit) : OptionalLong.empty());
  }

  private Listing listing(Selection selection, ListOptions options) {
    Listing latest = store.list(selection);
    long asked = Freshness.number(options.resourceVersion());
    Freshness.notFromTheFuture(asked, latest.revision());
    if (!options.exact()) {
      return latest;
    }
    try {
      return store.list(selection, new Revision(asked));
    } catch (HistoryExpired expired) {
      throw Refusals.expired("The resourceVersion for the provided list is too old.");
    }
  }

  /** All pages show the state that the first one was taken from. */
  private Listing continued(ContinueToken token, Selection selection) {
    token.requireHandedOut(selection, store.revision());
    try {
      return store.list(selection, token.revision());
    } catch (HistoryExpired expired) {
      throw Refusals.expired(
          "The provided continue parameter is too old to display a consistent list result. You can"
              + " start a new list without the continue parameter.");
    }
  }

  ResourceWatch watch(Kind kind, String namespace, WatchOptions options) {
    Selected selected =
        Selected.of(kind, namespace, options.labelSelector(), options.fieldSelector());
    Freshness.checkWatch(options);
    long asked = Freshness.number(options.resourceVersion());
    boolean initial = options.sendInitialEvents().orElse(asked == 0);
    if (!initial && asked != 0) {
      return changes(kind, selected, List.of(), new Revision(asked), false);
    }
    Listing listing = store.list(selected.selection());
    Freshness.notFromTheFuture(asked, listing.revision());
    List<Stored> present = new ArrayList<>();
    if (initial) {
      listing.objects().stream()
          .map(stored -> conversions.shown(kind, stored))
          .filter(selected::matches)
          .forEach(present::add);
    }
    boolean mark = options.allowBookmarks() && options.sendInitialEvents().orElse(false);
    return changes(kind, selected, present, listing.revision(), mark);
  }

  private ResourceWatch changes(
      Kind kind, Selected selected, List<Stored> present, Revision after, boolean mark) {
    if (after.compareTo(store.revision()) > 0) {
      // A revision nobody handed out in this life of the store; listing again heals the client.
      throw Refusals.expired(
          "resource version " + after + " is newer than the newest: " + store.revision());
    }
    try {
      return new SelectedWatch(
          kind,
          selected,
          present,
          new ShownChanges(store.watch(selected.selection(), after), kind, conversions),
          mark);
    } catch (HistoryExpired expired) {
      throw Refusals.expired("too old resource version: " + after + " (" + store.revision() + ")");
    }
  }
}
