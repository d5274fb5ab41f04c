package cairn.hypervisor.libvirt;

import cairn.hypervisor.CallFigures;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.libvirt.LibvirtException;

/**
 * The connection of one role, with its own bounded pool of platform threads: libvirt keeps errors
 * per thread, its calls pin a carrier, and a role that hangs must not stop another. Opened on first
 * use and again after the daemon was lost.
 *
 * <p>At most {@code threads} calls are in flight, which must stay below the daemon's {@code
 * max_client_requests}.
 */
final class Connection implements AutoCloseable {

  private final String uri;
  private final ExecutorService threads;
  private final CallCounts counts;
  private final Object lock = new Object();
  private @Nullable Shared current;

  Connection(String role, String uri, int threads) {
    this.uri = uri;
    this.counts = new CallCounts(role);
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("libvirt-" + role + "-", 0).factory());
  }

  /** A call of libvirt. */
  interface Call<T> {
    T on(Link link) throws LibvirtError, LibvirtException;
  }

  /** A link and how many calls use it: native code would crash on one closed under it. */
  private static final class Shared {
    final Link link;
    int users;
    boolean dropped;

    Shared(Link link) {
      this.link = link;
    }
  }

  /**
   * Makes a call and waits for it.
   *
   * @param what the call in words that name its object; begins the message of a fault
   */
  <T> T call(String what, Call<T> call) {
    long begin = counts.begin();
    boolean well = false;
    try {
      T result = awaited(what, call);
      well = true;
      return result;
    } finally {
      counts.end(begin, well);
    }
  }

  CallFigures figures() {
    return counts.figures();
  }

  private <T> T awaited(String what, Call<T> call) {
    Future<T> result;
    try {
      result = threads.submit(() -> attempt(what, call));
    } catch (RejectedExecutionException closed) {
      throw new HypervisorFault(Kind.TRANSIENT, "Closed", what + ": Cairn is stopping", closed);
    }
    try {
      return result.get();
    } catch (InterruptedException interrupted) {
      // The call goes on in its thread: native code cannot be interrupted.
      Thread.currentThread().interrupt();
      throw new HypervisorFault(Kind.TRANSIENT, "Interrupted", what + ": interrupted", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof HypervisorFault fault) {
        throw fault;
      }
      throw new HypervisorFault(
          Kind.BROKEN, "HypervisorFailed", what + " failed", failed.getCause());
    }
  }

  private <T> T attempt(String what, Call<T> call) {
    Shared shared;
    try {
      shared = enter();
    } catch (LibvirtException refused) {
      throw Faults.daemonLost(what, refused);
    }
    try {
      return call.on(shared.link);
    } catch (LibvirtError error) {
      throw fault(what, shared, error);
    } catch (LibvirtException error) {
      throw fault(what, shared, LibvirtError.of(error));
    } finally {
      leave(shared);
    }
  }

  private HypervisorFault fault(String what, Shared shared, LibvirtError error) {
    if (shared.link.works()) {
      return Faults.of(what, error);
    }
    drop(shared);
    return Faults.daemonLost(what, error);
  }

  private Shared enter() throws LibvirtException {
    synchronized (lock) {
      Shared shared = current;
      if (shared == null || !shared.link.works()) {
        drop(shared);
        shared = new Shared(Link.open(uri));
        current = shared;
      }
      shared.users++;
      return shared;
    }
  }

  private void leave(Shared shared) {
    synchronized (lock) {
      shared.users--;
      closeIfUnused(shared);
    }
  }

  private void drop(@Nullable Shared shared) {
    synchronized (lock) {
      if (shared != null && shared == current) {
        current = null;
        shared.dropped = true;
        closeIfUnused(shared);
      }
    }
  }

  private static void closeIfUnused(Shared shared) {
    if (shared.dropped && shared.users == 0) {
      shared.link.closeQuietly();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    synchronized (lock) {
      drop(current);
    }
  }
}
