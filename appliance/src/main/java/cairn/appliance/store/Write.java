package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.util.Optional;
import java.util.UUID;

/** What a caller asks for, and the decision whether it may happen. Pure. */
sealed interface Write {

  Key key();

  record Create(Key key, UUID uid, Draft draft) implements Write {}

  record Replace(Key key, Revision expected, Draft draft) implements Write {}

  record Delete(Key key, Revision expected, Draft last) implements Write {}

  /**
   * The change this write makes to {@code current} at a revision.
   *
   * @throws WriteRefused if its precondition does not hold
   */
  default Change decide(Optional<Stored> current, Revision at) {
    return switch (this) {
      case Create create -> {
        current.ifPresent(taken -> {
          throw new WriteRefused(
              WriteRefused.Why.EXISTS,
              "%s exists already, at revision %s".formatted(taken.key(), taken.revision()));
        });
        yield new Change(
            Change.Type.ADDED,
            Optional.empty(),
            stored(create.key(), create.uid(), at, create.draft()));
      }
      case Replace replace -> {
        Stored before = expect(current, replace.key(), replace.expected());
        yield new Change(
            Change.Type.MODIFIED,
            Optional.of(before),
            stored(before.key(), before.uid(), at, replace.draft()));
      }
      case Delete delete -> {
        Stored before = expect(current, delete.key(), delete.expected());
        yield new Change(
            Change.Type.DELETED,
            Optional.of(before),
            stored(before.key(), before.uid(), at, delete.last()));
      }
    };
  }

  private static Stored expect(Optional<Stored> current, Key key, Revision expected) {
    Stored found =
        current.orElseThrow(
            () -> new WriteRefused(WriteRefused.Why.MISSING, key + " does not exist"));
    if (!found.revision().equals(expected)) {
      throw new WriteRefused(
          WriteRefused.Why.CHANGED,
          "%s is at revision %s, not at the expected %s; read it again"
              .formatted(key, found.revision(), expected));
    }
    return found;
  }

  private static Stored stored(Key key, UUID uid, Revision at, Draft draft) {
    Content content = draft.at(at);
    return new Stored(key, uid, at, content.document(), content.privateDocument());
  }
}
