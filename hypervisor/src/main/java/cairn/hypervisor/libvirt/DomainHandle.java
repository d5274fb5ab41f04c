package cairn.hypervisor.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a domain, given back by {@link #close}. Every result is checked. For one thread,
 * and only while its connection is open.
 */
final class DomainHandle implements AutoCloseable {

  private static final int DEFINE_VALIDATE = 1;
  private static final int SHUTDOWN_ACPI_POWER_BUTTON = 1;
  private static final int XML_INACTIVE = 2;

  /** The size is in bytes, not in KiB. */
  private static final int BLOCK_RESIZE_BYTES = 1;

  /** The running instance, and not its definition. */
  private static final int AFFECT_LIVE = 1;

  /** Managed save, snapshot and checkpoint records, firmware variables, TPM state. */
  private static final int UNDEFINE_EVERYTHING = 1 | 2 | 4 | 16 | 64;

  private final Pointer domain;

  private DomainHandle(Pointer domain) {
    this.domain = domain;
  }

  static Optional<DomainHandle> find(Link link, String uuid) throws LibvirtError {
    @Nullable Pointer found = Api.LIBVIRT.virDomainLookupByUUIDString(link.pointer(), uuid);
    if (found != null) {
      return Optional.of(new DomainHandle(found));
    }
    LibvirtError error = LibvirtError.last("virDomainLookupByUUIDString");
    if (error.code() == Faults.NO_DOMAIN) {
      return Optional.empty();
    }
    throw error;
  }

  static DomainHandle define(Link link, String xml) throws LibvirtError {
    @Nullable Pointer defined =
        Api.LIBVIRT.virDomainDefineXMLFlags(link.pointer(), xml, DEFINE_VALIDATE);
    if (defined == null) {
      throw LibvirtError.last("virDomainDefineXMLFlags");
    }
    return new DomainHandle(defined);
  }

  /** Every domain of the daemon; the caller closes each. */
  static List<DomainHandle> all(Link link) throws LibvirtError {
    PointerByReference array = new PointerByReference();
    int count = Api.LIBVIRT.virConnectListAllDomains(link.pointer(), array, 0);
    if (count < 0) {
      throw LibvirtError.last("virConnectListAllDomains");
    }
    @Nullable Pointer domains = array.getValue();
    if (domains == null) {
      return List.of();
    }
    try {
      List<DomainHandle> handles = new ArrayList<>(count);
      for (Pointer domain : domains.getPointerArray(0, count)) {
        handles.add(new DomainHandle(domain));
      }
      return handles;
    } finally {
      Native.free(Pointer.nativeValue(domains));
    }
  }

  String name() {
    return Api.LIBVIRT.virDomainGetName(domain);
  }

  DomainState state() throws LibvirtError {
    IntByReference state = new IntByReference();
    IntByReference reason = new IntByReference();
    checked("virDomainGetState", Api.LIBVIRT.virDomainGetState(domain, state, reason, 0));
    return new DomainState(state.getValue(), reason.getValue());
  }

  boolean persistent() throws LibvirtError {
    return checked("virDomainIsPersistent", Api.LIBVIRT.virDomainIsPersistent(domain)) == 1;
  }

  void create() throws LibvirtError {
    checked("virDomainCreate", Api.LIBVIRT.virDomainCreate(domain));
  }

  void pressPowerButton() throws LibvirtError {
    checked(
        "virDomainShutdownFlags",
        Api.LIBVIRT.virDomainShutdownFlags(domain, SHUTDOWN_ACPI_POWER_BUTTON));
  }

  void destroy() throws LibvirtError {
    checked("virDomainDestroyFlags", Api.LIBVIRT.virDomainDestroyFlags(domain, 0));
  }

  void resume() throws LibvirtError {
    checked("virDomainResume", Api.LIBVIRT.virDomainResume(domain));
  }

  /**
   * @param disk its file
   */
  void resizeDisk(String disk, long bytes) throws LibvirtError {
    checked(
        "virDomainBlockResize",
        Api.LIBVIRT.virDomainBlockResize(domain, disk, bytes, BLOCK_RESIZE_BYTES));
  }

  void attachDevice(String xml) throws LibvirtError {
    checked(
        "virDomainAttachDeviceFlags",
        Api.LIBVIRT.virDomainAttachDeviceFlags(domain, xml, AFFECT_LIVE));
  }

  /** Only asks: libvirt may say that it is done while the guest still has the device. */
  void detachDevice(String alias) throws LibvirtError {
    checked(
        "virDomainDetachDeviceAlias",
        Api.LIBVIRT.virDomainDetachDeviceAlias(domain, alias, AFFECT_LIVE));
  }

  void undefine() throws LibvirtError {
    checked(
        "virDomainUndefineFlags", Api.LIBVIRT.virDomainUndefineFlags(domain, UNDEFINE_EVERYTHING));
  }

  /** The running instance's XML, or the definition where nothing runs. */
  String liveXml() throws LibvirtError {
    return owned("virDomainGetXMLDesc", Api.LIBVIRT.virDomainGetXMLDesc(domain, 0));
  }

  /** The XML of the next start. */
  String definedXml() throws LibvirtError {
    return owned("virDomainGetXMLDesc", Api.LIBVIRT.virDomainGetXMLDesc(domain, XML_INACTIVE));
  }

  /** QEMU's answer to a command of its monitor protocol, JSON both. */
  String monitor(String command) throws LibvirtError {
    PointerByReference answer = new PointerByReference();
    checked(
        "virDomainQemuMonitorCommand",
        Api.Qemu.LIBVIRT_QEMU.virDomainQemuMonitorCommand(domain, command, answer, 0));
    return owned("virDomainQemuMonitorCommand", answer.getValue());
  }

  /**
   * The agent's answer to a command of its protocol, JSON both; empty if it is longer than {@code
   * most} bytes.
   *
   * @param patience seconds that the agent has, once to find its place and once to answer
   */
  Optional<String> agent(String command, int patience, int most) throws LibvirtError {
    @Nullable Pointer answer =
        Api.Qemu.LIBVIRT_QEMU.virDomainQemuAgentCommand(domain, command, patience, 0);
    if (answer == null) {
      throw LibvirtError.last("virDomainQemuAgentCommand");
    }
    try {
      // libvirt ends it with a zero byte, at 4 MiB at the latest (its REMOTE_STRING_MAX).
      long length = answer.indexOf(0, (byte) 0);
      return length > most ? Optional.empty() : Optional.of(answer.getString(0, "UTF-8"));
    } finally {
      Native.free(Pointer.nativeValue(answer));
    }
  }

  @Override
  public void close() {
    Api.LIBVIRT.virDomainFree(domain);
  }

  /** A string of libvirt's that is ours to free. */
  static String owned(String call, @Nullable Pointer text) throws LibvirtError {
    if (text == null) {
      throw LibvirtError.last(call);
    }
    try {
      return text.getString(0, "UTF-8");
    } finally {
      Native.free(Pointer.nativeValue(text));
    }
  }

  private static int checked(String call, int result) throws LibvirtError {
    if (result < 0) {
      throw LibvirtError.last(call);
    }
    return result;
  }
}
