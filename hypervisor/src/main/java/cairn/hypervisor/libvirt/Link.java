package cairn.hypervisor.libvirt;

import com.sun.jna.Pointer;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

/** A connection that hands out its native pointer, for our own binding. */
final class Link extends Connect {

  private static final int KEEPALIVE_SECONDS = 5;
  private static final int KEEPALIVE_MISSES = 3;

  private Link(String uri) throws LibvirtException {
    super(uri);
  }

  static Link open(String uri) throws LibvirtException {
    EventLoop.ensureRunning();
    Link link = new Link(uri);
    link.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_MISSES);
    return link;
  }

  Pointer pointer() {
    return vcp.getPointer();
  }

  /** Whether the daemon still answers on it, as far as the client knows. */
  boolean works() {
    try {
      return isAlive();
    } catch (LibvirtException _) {
      return false;
    }
  }

  void closeQuietly() {
    try {
      close();
    } catch (LibvirtException _) {
      // Closing a dead connection fails, and there is nothing to do about it.
    }
  }
}
