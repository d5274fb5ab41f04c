package cairn.appliance.ownership;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Follower;
import cairn.appliance.controller.WorkQueue;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.StoreReader;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;

/**
 * Deletes objects none of whose owners is there any more, and settles how dependents of a deleted
 * object fare: background (they follow it), foreground (it waits for those that block it), orphan
 * (they stay and lose the reference). An owner is a uid: one of the same name that was created anew
 * is another. References to kinds that are not served are left alone.
 */
public final class GarbageCollector implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private static final int PARALLEL = 4;

  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(2);

  private final Kinds kinds;
  private final Resources resources;
  private final StoreReader reader;
  private final Dependents dependents = new Dependents();
  private final List<Follower> followers = new ArrayList<>();
  private final WorkQueue queue;

  public GarbageCollector(
      ResourceStore store, Kinds kinds, StoreReader reader, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
    this.reader = reader;
    this.queue = new WorkQueue("garbage", PARALLEL, this::pass);
    Set<String> names = new HashSet<>();
    for (Kind kind : kinds.served()) {
      // Events own nothing and nobody owns them; there are many.
      if (!kind.storedIn().equals(ResourceNames.EVENTS)
          && kind.verbs().contains("watch")
          && names.add(kind.storedIn())) {
        followers.add(new Follower(store, kind.storedIn(), new Listener()));
      }
    }
  }

  public void start() {
    followers.forEach(Follower::start);
  }

  @Override
  public void close() {
    followers.forEach(Follower::close);
    queue.close();
  }

  private final class Listener implements Follower.Listener {

    @Override
    public void present(Stored now, Optional<Stored> before) {
      Resource resource = reader.decoded(now);
      List<Owner> owners = Owner.of(resource.document());
      dependents.note(now.key(), owners);
      if (!owners.isEmpty() || settlesDependents(resource)) {
        queue.add(now.key());
      }
    }

    @Override
    public void gone(Stored last) {
      for (Owner owner : dependents.forget(last.key())) {
        owner.key(kinds, last.key().namespace()).ifPresent(queue::add);
      }
      dependents.of(last.uid().toString()).forEach(queue::add);
    }
  }

  private static boolean settlesDependents(Resource resource) {
    return resource.deleting()
        && (Finalizers.stands(resource.document(), FOREGROUND)
            || Finalizers.stands(resource.document(), ORPHAN));
  }

  private WorkQueue.Next pass(Key key) throws InterruptedException {
    for (Follower follower : followers) {
      follower.awaitListed();
    }
    try {
      Optional<Resource> found = resources.get(key);
      if (found.isPresent()) {
        if (settlesDependents(found.get())) {
          settleDependents(found.get());
        }
        collect(found.get());
      }
      return new WorkQueue.Next(Optional.empty(), false);
    } catch (Refusal refusal) {
      LOG.warn("{} could not be settled with its owners: {}", key, refusal.getMessage());
      return new WorkQueue.Next(Optional.of(AFTER_REFUSAL), true);
    }
  }

  private void settleDependents(Resource owner) {
    String uid = owner.uid().toString();
    List<Resource> all = dependentsOf(uid);
    if (Finalizers.stands(owner.document(), ORPHAN)) {
      all.forEach(dependent -> dropReferences(dependent, Set.of(uid)));
      takeOff(owner, ORPHAN);
      return;
    }
    all.forEach(dependent -> resources.delete(dependent));
    // The last of them wakes its owner when it goes.
    if (dependentsOf(uid).stream().noneMatch(dependent -> blocks(dependent, uid))) {
      takeOff(owner, FOREGROUND);
    }
  }

  /**
   * As they stand in the store. What the followers noted may be a moment behind, and an owner that
   * went because of it would not come back.
   */
  private List<Resource> dependentsOf(String uid) {
    return kinds.served().stream()
        .map(Kind::storedIn)
        .distinct()
        .flatMap(resource -> resources.mentioning(uid, new Selection(resource, "", "")).stream())
        .filter(
            found -> Owner.of(found.document()).stream().anyMatch(owner -> owner.uid().equals(uid)))
        .toList();
  }

  private static boolean blocks(Resource dependent, String uid) {
    return Owner.of(dependent.document()).stream()
        .anyMatch(owner -> owner.uid().equals(uid) && owner.blocksDeletion());
  }

  private void takeOff(Resource owner, String finalizer) {
    resources.amend(
        owner,
        amendable -> {
          Finalizers.remove(amendable.document(), finalizer);
          return amendable;
        });
  }

  private void collect(Resource dependent) {
    List<Owner> owners = Owner.of(dependent.document());
    Set<String> absent = new HashSet<>();
    for (Owner owner : owners) {
      Optional<Key> key = owner.key(kinds, dependent.namespace());
      if (key.isPresent() && !stands(key.get(), owner.uid())) {
        absent.add(owner.uid());
      }
    }
    if (absent.isEmpty() || dependent.deleting()) {
      return;
    }
    if (owners.stream().allMatch(owner -> absent.contains(owner.uid()))) {
      LOG.info("{} is deleted: its owners are gone", dependent.key());
      // One that was orphaned since it was read stays; a change brings it here again.
      resources.deleteUnchanged(dependent);
    } else {
      dropReferences(dependent, absent);
    }
  }

  private boolean stands(Key key, String uid) {
    return resources.get(key).filter(owner -> owner.uid().toString().equals(uid)).isPresent();
  }

  private void dropReferences(Resource dependent, Set<String> uids) {
    resources.amend(
        dependent,
        amendable -> {
          if (amendable.document().path("metadata").path("ownerReferences")
              instanceof ArrayNode references) {
            for (int at = references.size() - 1; at >= 0; at--) {
              if (uids.contains(references.path(at).path("uid").asString(""))) {
                references.remove(at);
              }
            }
          }
          return amendable;
        });
  }
}
