package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.Revision;
import java.time.Duration;
import java.util.Optional;

/** The store's changes in the words of a kind. */
final class ShownChanges implements Watch {

  private final Watch changes;
  private final Kind kind;
  private final Conversions conversions;

  ShownChanges(Watch changes, Kind kind, Conversions conversions) {
    this.changes = changes;
    this.kind = kind;
    this.conversions = conversions;
  }

  @Override
  public Optional<Change> next(Duration patience) throws InterruptedException {
    return changes.next(patience).map(change -> conversions.shown(kind, change));
  }

  @Override
  public Revision seen() {
    return changes.seen();
  }

  @Override
  public void close() {
    changes.close();
  }
}
