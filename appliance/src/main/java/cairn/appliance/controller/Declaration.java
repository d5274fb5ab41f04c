package cairn.appliance.controller;

import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a controller owns, is woken by and writes: data, so that it can be held against the other
 * controllers' and printed.
 *
 * @param name short, for logs and thread names: {@code machine}
 * @param owns resource as the store names it: {@code virtualmachines.virtualization.deckhouse.io}
 * @param finalizer put on every object before its first reconcile and removed after {@code release}
 *     settled; empty for none
 * @param wokenBy other resources whose changes wake objects
 * @param outside what else wakes objects, in words: {@code libvirt events}
 */
public record Declaration(
    String name,
    String owns,
    Optional<String> finalizer,
    List<Waker> wokenBy,
    Set<Write> writes,
    List<String> outside) {

  public Declaration {
    requireNonNull(name, "name is null");
    requireNonNull(owns, "owns is null");
    requireNonNull(finalizer, "finalizer is null");
    wokenBy = List.copyOf(wokenBy);
    writes = Set.copyOf(writes);
    outside = List.copyOf(outside);
  }

  /**
   * Another resource that wakes objects of this kind.
   *
   * @param why in words: {@code the disks it names}
   * @param heeds which of its changes
   * @param wakes finds them
   */
  public record Waker(String resource, String why, Heed heeds, Mapping wakes) {
    public Waker {
      requireNonNull(resource, "resource is null");
      requireNonNull(why, "why is null");
      requireNonNull(heeds, "heeds is null");
      requireNonNull(wakes, "wakes is null");
    }

    /** Wakes with every change. */
    public Waker(String resource, String why, Mapping wakes) {
      this(resource, why, Heed.EVERYTHING, wakes);
    }
  }

  /** What about another object matters. */
  public enum Heed {
    EVERYTHING,
    /** That it comes and goes, and what is wanted of it; neither its status nor its metadata. */
    WHAT_IS_WANTED
  }

  /** From a changed or removed object to the keys of the owned kind that it concerns. Pure. */
  @FunctionalInterface
  public interface Mapping {
    Collection<Key> keys(Resource changed, ResourceReader others);
  }

  /** One thing a controller writes. */
  public record Write(String resource, Aspect aspect) {
    public Write {
      requireNonNull(resource, "resource is null");
      requireNonNull(aspect, "aspect is null");
    }
  }

  /** Which side of an object is written. */
  public enum Aspect {
    /** Its status: one controller per resource, the one that owns it. */
    STATUS,
    /** Labels, annotations, owner references and finalizers. */
    METADATA,
    /** The private record, by compare-and-set. */
    PRIVATE,
    /** The spec: only where the contract says so. */
    SPEC,
    CREATE,
    DELETE
  }
}
