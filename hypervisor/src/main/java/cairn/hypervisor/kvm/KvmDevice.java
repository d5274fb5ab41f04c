package cairn.hypervisor.kvm;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code /dev/kvm}, open or not. For one platform thread.
 *
 * <p>Numbers of ioctls are of {@code linux/kvm.h} on x86-64, where they are stable.
 */
final class KvmDevice implements ProbeHost, AutoCloseable {

  private static final int O_RDWR_CLOEXEC = 0x80002;
  private static final int ENOENT = 2;
  private static final int EACCES = 13;

  private static final long GET_API_VERSION = 0xAE00L;
  private static final int API_VERSION = 12;

  /** A signal nobody else uses, to kick a guest that does not end (SIGRTMIN + 10). */
  static final int KICK = 44;

  /** {@code struct sigaction}: handler, mask, flags, restorer. */
  private static final int SIGACTION_BYTES = 152;

  private final int descriptor;
  private final Optional<String> absence;
  private final Memory formerAction = new Memory(SIGACTION_BYTES);

  private KvmDevice(int descriptor, Optional<String> absence) {
    this.descriptor = descriptor;
    this.absence = absence;
  }

  static KvmDevice open(Path device) {
    int descriptor;
    try {
      descriptor = LibC.C.open(device.toString(), O_RDWR_CLOEXEC);
    } catch (LastErrorException refused) {
      return new KvmDevice(-1, Optional.of(absence(device, refused.getErrorCode())));
    }
    KvmDevice kvm;
    try {
      int version = LibC.C.ioctl(descriptor, GET_API_VERSION, 0L);
      kvm =
          new KvmDevice(
              descriptor,
              version == API_VERSION
                  ? Optional.empty()
                  : Optional.of(device + " speaks version " + version + " of KVM, not 12"));
    } catch (LastErrorException notKvm) {
      kvm = new KvmDevice(descriptor, Optional.of(device + " is not KVM"));
    }
    kvm.catchKick();
    return kvm;
  }

  private static String absence(Path device, int errno) {
    return switch (errno) {
      case ENOENT ->
          device
              + " does not exist: the processor's virtualization is switched off in its firmware,"
              + " or the module kvm_intel or kvm_amd is not loaded";
      case EACCES -> "this process may not open " + device + ": it must be in the device's group";
      default -> device + " cannot be opened (errno " + errno + ")";
    };
  }

  /**
   * The kick must interrupt KVM_RUN and do nothing else. A handler without native code of our own:
   * getppid, which takes no argument and harms nobody; and no SA_RESTART.
   */
  private void catchKick() {
    Memory action = new Memory(SIGACTION_BYTES);
    action.clear();
    action.setPointer(0, NativeLibrary.getInstance("c").getFunction("getppid"));
    formerAction.clear();
    LibC.C.sigaction(KICK, action, formerAction);
  }

  @Override
  public Optional<String> absence() {
    return absence;
  }

  @Override
  public ProbeOutcome run(Probe probe) {
    try (ProbeMachine machine = ProbeMachine.create(descriptor, probe)) {
      return machine.run();
    } catch (LastErrorException refused) {
      return new ProbeOutcome.Failed(
          "making a virtual machine failed (errno " + refused.getErrorCode() + ")");
    }
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      LibC.C.sigaction(KICK, formerAction, null);
      LibC.C.close(descriptor);
    }
  }
}
