package cairn.hypervisor.kvm;

import static java.util.Objects.requireNonNull;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine of one processor and 4 MiB that runs one probe. Long mode is entered without
 * firmware, by setting the registers as an operating system would have them.
 *
 * <p>Memory: 0x1000 segment table, 0x1800 interrupt table, 0x2000 to 0x5fff page tables, 0x7000
 * exception handler, 0x8000 program, 0x100000 data.
 */
final class ProbeMachine implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMillis(500);
  private static final int EINTR = 4;

  private static final long MEMORY = 4 << 20;
  private static final int PROGRAM = 0x8000;
  private static final int HANDLER = 0x7000;

  private static final long CREATE_VM = 0xAE01L;
  private static final long GET_VCPU_MMAP_SIZE = 0xAE04L;
  private static final long CREATE_VCPU = 0xAE41L;
  private static final long SET_TSS_ADDR = 0xAE47L;
  private static final long RUN = 0xAE80L;
  private static final long SET_USER_MEMORY_REGION = 0x4020AE46L;
  private static final long GET_SUPPORTED_CPUID = 0xC008AE05L;
  private static final long SET_CPUID2 = 0x4008AE90L;
  private static final long SET_REGS = 0x4090AE82L;
  private static final long GET_SREGS = 0x8138AE83L;
  private static final long SET_SREGS = 0x4138AE84L;

  private static final int EXIT_IO = 2;
  private static final int EXIT_HLT = 5;
  private static final int EXIT_SHUTDOWN = 8;
  private static final int EXIT_FAIL_ENTRY = 9;
  private static final int EXIT_INTERNAL_ERROR = 17;

  private int machine = -1;
  private int processor = -1;
  private @Nullable Pointer memory;
  private @Nullable Pointer state;
  private int stateBytes;

  private ProbeMachine() {}

  static ProbeMachine create(int kvm, Probe probe) {
    ProbeMachine made = new ProbeMachine();
    try {
      made.build(kvm, probe);
      return made;
    } catch (LastErrorException failed) {
      made.close();
      throw failed;
    }
  }

  private void build(int kvm, Probe probe) {
    machine = LibC.C.ioctl(kvm, CREATE_VM, 0L);
    // Intel's KVM needs three pages of its own for real mode, outside the guest's memory.
    LibC.C.ioctl(machine, SET_TSS_ADDR, 0xfffbd000L);
    int readWrite = 3;
    int privateAnonymous = 0x22;
    Pointer ram = LibC.C.mmap(null, MEMORY, readWrite, privateAnonymous, -1, 0);
    memory = ram;
    Memory region = cleared(32);
    region.setLong(16, MEMORY);
    region.setLong(24, Pointer.nativeValue(ram));
    LibC.C.ioctl(machine, SET_USER_MEMORY_REGION, region);
    processor = LibC.C.ioctl(machine, CREATE_VCPU, 0L);
    stateBytes = LibC.C.ioctl(kvm, GET_VCPU_MMAP_SIZE, 0L);
    int shared = 1;
    state = LibC.C.mmap(null, stateBytes, readWrite, shared, processor, 0);
    offerEverySupportedFeature(kvm);
    byte[] code = probe.code();
    ram.write(PROGRAM, code, 0, code.length);
    Memory registers = cleared(144);
    registers.setLong(128, PROGRAM); // rip
    registers.setLong(136, 2); // rflags
    Memory special = cleared(312);
    LibC.C.ioctl(processor, GET_SREGS, special);
    if (probe.longMode()) {
      fillTables(ram);
      enterLongMode(special);
      registers.setLong(48, 0x1d0000); // rsp
    } else {
      special.setLong(0, 0); // cs base
      special.setShort(12, (short) 0); // cs selector
    }
    LibC.C.ioctl(processor, SET_SREGS, special);
    LibC.C.ioctl(processor, SET_REGS, registers);
  }

  private void offerEverySupportedFeature(int kvm) {
    int entries = 200;
    Memory features = cleared(8 + 40 * entries);
    features.setInt(0, entries);
    LibC.C.ioctl(kvm, GET_SUPPORTED_CPUID, features);
    LibC.C.ioctl(processor, SET_CPUID2, features);
  }

  private static void fillTables(Pointer ram) {
    ram.setLong(0x1008, 0x00af9a000000ffffL); // selector 0x08: 64-bit code
    ram.setLong(0x1010, 0x00cf92000000ffffL); // selector 0x10: data
    for (int vector = 0; vector < 32; vector++) {
      ram.setLong(0x1800 + 16L * vector, 0x00008e0000080000L | HANDLER);
    }
    // Present and writable; the first 2 MiB in small pages, the second in one large page.
    ram.setLong(0x2000, 0x3003);
    ram.setLong(0x3000, 0x5003);
    ram.setLong(0x5000, 0x4003);
    ram.setLong(0x5008, 0x200083L);
    for (long page = 0; page < 512; page++) {
      ram.setLong(0x4000 + 8 * page, page * 4096 | 3);
    }
    byte[] handler =
        Probe.assembled(
            """
            66ba1000   mov dx, 0x10
            b042       mov al, 0x42
            ee         out dx, al
            f4         hlt
            """);
    ram.write(HANDLER, handler, 0, handler.length);
  }

  private static void enterLongMode(Memory special) {
    segment(special, 0, 0x08, 0xb, true);
    for (int data = 24; data <= 120; data += 24) {
      segment(special, data, 0x10, 3, false);
    }
    special.setLong(192, 0x1000); // segment table
    special.setShort(200, (short) 0x17);
    special.setLong(208, 0x1800); // interrupt table
    special.setShort(216, (short) 511);
    special.setLong(224, 0x80050033L); // cr0: protected mode, paging, numeric error
    special.setLong(240, 0x2000); // cr3
    special.setLong(248, 0x620); // cr4: PAE, OSFXSR, OSXMMEXCPT
    special.setLong(264, 0xd00); // efer: long mode enabled and active, no-execute
  }

  private static void segment(
      Memory special, int offset, int selector, int type, boolean longMode) {
    special.setLong(offset, 0); // base
    special.setInt(offset + 8, -1); // limit
    special.setShort(offset + 12, (short) selector);
    special.setByte(offset + 14, (byte) type);
    special.setByte(offset + 15, (byte) 1); // present
    special.setByte(offset + 16, (byte) 0); // privilege
    special.setByte(offset + 17, (byte) (longMode ? 0 : 1)); // 32-bit default
    special.setByte(offset + 18, (byte) 1); // code or data
    special.setByte(offset + 19, (byte) (longMode ? 1 : 0));
    special.setByte(offset + 20, (byte) 1); // limit in pages
    special.setByte(offset + 21, (byte) 0); // available
    special.setByte(offset + 22, (byte) 0); // usable
  }

  /** Runs until the program has spoken or failed, or its time is over. */
  ProbeOutcome run() {
    Pointer running = requireNonNull(state, "not built");
    CountDownLatch ended = new CountDownLatch(1);
    Thread watchdog = watchdog(running, ended);
    long begin = System.nanoTime();
    try {
      LibC.C.ioctl(processor, RUN, 0L);
      return outcome(running, Duration.ofNanos(System.nanoTime() - begin));
    } catch (LastErrorException interrupted) {
      return interrupted.getErrorCode() == EINTR
          ? new ProbeOutcome.TimedOut(LIMIT)
          : new ProbeOutcome.Failed("KVM_RUN failed (errno " + interrupted.getErrorCode() + ")");
    } finally {
      ended.countDown();
      joined(watchdog);
    }
  }

  /** Joined before the memory it writes to goes away. */
  private static void joined(Thread watchdog) {
    boolean interrupted = false;
    while (watchdog.isAlive()) {
      try {
        watchdog.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread watchdog(Pointer running, CountDownLatch ended) {
    int process = LibC.C.getpid();
    int thread = LibC.C.gettid();
    return Thread.ofPlatform()
        .daemon()
        .name("kvm-watchdog")
        .start(() -> {
          try {
            if (!ended.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
              // Also for a guest that is about to be entered: it leaves at once.
              running.setByte(1, (byte) 1);
              LibC.C.tgkill(process, thread, KvmDevice.KICK);
            }
          } catch (InterruptedException _) {
            // Nobody interrupts it; it would only mean to watch no longer.
          }
        });
  }

  private static ProbeOutcome outcome(Pointer state, Duration time) {
    int reason = state.getInt(8);
    return switch (reason) {
      case EXIT_IO -> spoken(state, time);
      case EXIT_INTERNAL_ERROR -> new ProbeOutcome.GaveUp(failingInstruction(state));
      case EXIT_HLT -> new ProbeOutcome.Failed("the program went past what it should do");
      case EXIT_SHUTDOWN -> new ProbeOutcome.Failed("the virtual processor shut down");
      case EXIT_FAIL_ENTRY ->
          new ProbeOutcome.Failed(
              "the processor refused to enter the guest (hardware reason 0x"
                  + Long.toHexString(state.getLong(32))
                  + ")");
      default -> new ProbeOutcome.Failed("KVM stopped for reason " + reason);
    };
  }

  private static ProbeOutcome spoken(Pointer state, Duration time) {
    int port = state.getShort(34) & 0xffff;
    int value = state.getByte(state.getLong(40)) & 0xff;
    return port == Probe.PORT && value == Probe.SUCCESS
        ? new ProbeOutcome.Ran(time)
        : new ProbeOutcome.Failed(
            "the program computed 0x%x, not 0x%x".formatted(value, Probe.SUCCESS));
  }

  /** KVM may say which bytes it failed at (bit 0 of the flags, since Linux 5.15). */
  private static String failingInstruction(Pointer state) {
    boolean told = state.getInt(36) > 0 && (state.getLong(40) & 1) != 0;
    if (!told) {
      return "";
    }
    int length = Math.clamp(state.getByte(48), 0, 15);
    return HexFormat.ofDelimiter(" ").formatHex(state.getByteArray(49, length));
  }

  private static Memory cleared(int bytes) {
    Memory block = new Memory(bytes);
    block.clear();
    return block;
  }

  @Override
  public void close() {
    if (state != null) {
      LibC.C.munmap(state, stateBytes);
    }
    if (processor >= 0) {
      LibC.C.close(processor);
    }
    if (machine >= 0) {
      LibC.C.close(machine);
    }
    if (memory != null) {
      LibC.C.munmap(memory, MEMORY);
    }
  }
}
