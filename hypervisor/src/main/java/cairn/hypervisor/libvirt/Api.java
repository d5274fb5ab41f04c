package cairn.hypervisor.libvirt;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libvirt that we call, beside libvirt-java: it lacks several (state with reason,
 * define with validation, domain capabilities), and it hides the raw error number, which newer
 * daemons use beyond its enumeration.
 *
 * <p>Every object handed out holds a reference that {@code virDomainFree} gives back. Strings
 * declared as {@code Pointer} are ours to free; those declared as {@code String} belong to the
 * object. Errors are kept per thread: {@code virGetLastError} must be asked on the thread that
 * failed, hence platform threads only.
 */
interface Api extends Library {

  Api LIBVIRT = Native.load("virt", Api.class);

  @Nullable Pointer virDomainLookupByUUIDString(Pointer connection, String uuid);

  int virConnectListAllDomains(Pointer connection, PointerByReference domains, int flags);

  @Nullable Pointer virDomainDefineXMLFlags(Pointer connection, String xml, int flags);

  int virDomainCreate(Pointer domain);

  int virDomainShutdownFlags(Pointer domain, int flags);

  int virDomainDestroyFlags(Pointer domain, int flags);

  int virDomainResume(Pointer domain);

  int virDomainBlockResize(Pointer domain, String disk, long size, int flags);

  int virDomainAttachDeviceFlags(Pointer domain, String xml, int flags);

  int virDomainDetachDeviceAlias(Pointer domain, String alias, int flags);

  /** Returns the number that deregisters it. */
  int virConnectDomainEventRegisterAny(
      Pointer connection,
      @Nullable Pointer domain,
      int event,
      DeviceEvent heard,
      @Nullable Pointer opaque,
      @Nullable Pointer free);

  int virConnectDomainEventDeregisterAny(Pointer connection, int number);

  /** {@code virConnectDomainEventDeviceRemovedCallback} and others of its form. */
  interface DeviceEvent extends Callback {

    /** The domain is libvirt's, and only for this call. */
    void heard(Pointer connection, Pointer domain, String alias, @Nullable Pointer opaque);
  }

  int virDomainUndefineFlags(Pointer domain, int flags);

  int virDomainGetState(Pointer domain, IntByReference state, IntByReference reason, int flags);

  int virDomainIsPersistent(Pointer domain);

  String virDomainGetName(Pointer domain);

  @Nullable Pointer virDomainGetXMLDesc(Pointer domain, int flags);

  int virDomainFree(Pointer domain);

  @Nullable Pointer virConnectGetDomainCapabilities(
      Pointer connection,
      @Nullable String emulator,
      String architecture,
      @Nullable String machine,
      String type,
      int flags);

  /** The list is ours to free, with all that is in it. */
  int virConnectGetAllDomainStats(
      Pointer connection, int stats, PointerByReference records, int flags);

  void virDomainStatsRecordListFree(Pointer records);

  @Nullable Pointer virConnectBaselineHypervisorCPU(
      Pointer connection,
      @Nullable String emulator,
      String architecture,
      @Nullable String machine,
      String type,
      String[] processors,
      int count,
      int flags);

  @Nullable Pointer virGetLastError();

  /** {@code libvirt-qemu.so}: talk to QEMU itself. */
  interface Qemu extends Library {

    Qemu LIBVIRT_QEMU = Native.load("virt-qemu", Qemu.class);

    int virDomainQemuMonitorCommand(
        Pointer domain, String command, PointerByReference result, int flags);

    /** {@code timeout} is in seconds; the answer is ours to free. */
    @Nullable Pointer virDomainQemuAgentCommand(
        Pointer domain, String command, int timeout, int flags);
  }
}
