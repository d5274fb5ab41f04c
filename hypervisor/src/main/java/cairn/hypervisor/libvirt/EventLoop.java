package cairn.hypervisor.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libvirt's event loop, one per process and for its whole life: keepalive and events need it, and
 * libvirt cannot take an event loop back. It must be registered before the first connection.
 */
final class EventLoop {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private static final Thread TURNING = start();

  private EventLoop() {}

  /** Returns when the loop is registered and turns. */
  static void ensureRunning() {
    if (!TURNING.isAlive()) {
      throw new IllegalStateException("libvirt's event loop ended");
    }
  }

  private static Thread start() {
    try {
      // Otherwise libvirt prints every error to standard error.
      Connect.setErrorCallback((data, error) -> {});
      Library.initEventLoop();
    } catch (LibvirtException refused) {
      throw new IllegalStateException(
          "libvirt refused an event loop: " + refused.getMessage(), refused);
    }
    return Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::turn);
  }

  private static void turn() {
    for (; ; ) {
      try {
        Library.processEvent();
      } catch (LibvirtException failed) {
        LOG.warn("libvirt's event loop: {}", failed.getMessage());
      }
    }
  }
}
