package cairn.hypervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Virtual machines of one instance of Cairn on this host.
 *
 * <p>Every command is idempotent: asking for what already holds does nothing. Commands return when
 * the host has accepted them; what came of them is seen by {@link #observe}. Truth is observation
 * and events, never a return code. Machines of other instances are neither listed nor touched. All
 * methods may block, may be called from any thread, and throw {@link HypervisorFault}. A call that
 * was in flight when the daemon died is a {@link HypervisorFault.Kind#TRANSIENT} fault: look again
 * and retry.
 */
public interface Hypervisor extends AutoCloseable {

  /**
   * What this host offers to machines that run this way: an emulated processor can do other things
   * than the host's.
   */
  HostCapabilities capabilities(MachineSpec.Acceleration acceleration);

  /**
   * Makes the host know the machine as {@code spec} says, replacing an earlier definition. A
   * running instance keeps what it was started with; the new definition takes effect at its next
   * start.
   */
  void define(MachineSpec spec);

  /**
   * Starts the defined machine. Does nothing if an instance exists already.
   *
   * @throws HypervisorFault {@code MISSING} when the machine is not defined or a disk or tap is
   *     absent, {@code EXHAUSTED} when memory does not suffice
   */
  void start(MachineId machine);

  /**
   * Presses the power button. The guest may take any time, or ignore it. Does nothing if no
   * instance runs.
   *
   * @throws HypervisorFault {@code MISSING} when the machine is not defined
   */
  void pressPowerButton(MachineId machine);

  /**
   * Ends the instance at once, as by pulling the plug. Does nothing if no instance runs, or if the
   * machine is not defined.
   */
  void pullPlug(MachineId machine);

  /**
   * Lets an instance that was paused go on. Does nothing if it is not paused.
   *
   * @throws HypervisorFault {@code MISSING} when the machine is not defined, {@code REJECTED} when
   *     KVM gave the instance up: only a new start helps
   */
  void resume(MachineId machine);

  /**
   * Makes a disk of a running instance longer, its file as well, and tells the guest. It would make
   * one shorter as well: whoever calls has looked how long it is.
   *
   * @param file where the disk's bytes are
   * @param bytes a multiple of 512
   * @throws HypervisorFault {@code MISSING} when no instance runs or it has no such disk, {@code
   *     EXHAUSTED} when the file's place has no room
   */
  void growDisk(MachineId machine, Path file, long bytes);

  /**
   * Plugs a device into the running instance, on its SCSI bus. The definition stays as it is: the
   * next instance does not have the device. Does nothing if the instance has a device of this name.
   *
   * @param device its boot order is not heeded
   * @throws HypervisorFault {@code MISSING} when no instance runs or the device's file is absent,
   *     {@code REJECTED} when the instance has no SCSI bus
   */
  void plug(MachineId machine, DiskDevice device);

  /**
   * Asks the guest to let go of a device. Returns before it has: {@link #plugged} tells when.
   * Asking again does no harm. Does nothing if no instance runs or it has no device of this name.
   *
   * @param device its name
   * @throws HypervisorFault {@code REJECTED} when a device on its bus cannot be pulled out
   */
  void unplug(MachineId machine, String device);

  /**
   * Names of the devices that the running instance has, whether it was started with them or they
   * were plugged in; one that was asked to go is among them until the guest has let go of it. Empty
   * if no instance runs.
   */
  Set<String> plugged(MachineId machine);

  /**
   * Forgets the machine and everything the host keeps for it (firmware variables, TPM state, log).
   * An instance that still runs is ended first. Disks and taps stay.
   */
  void undefine(MachineId machine);

  /** The machine as the host sees it now, or empty if it is not defined here. */
  Optional<MachineObservation> observe(MachineId machine);

  /** All machines of this instance of Cairn. */
  List<MachineObservation> observeAll();

  /**
   * The files of all disks that running instances of this installation of Cairn have, with the
   * layers below. Whoever removes such a file takes from the guest what it wrote.
   */
  Set<Path> filesInUse();

  /** What every machine with an instance has used so far, by one question to the host. */
  List<MachineUsage> usage();

  /**
   * Calls to the host's daemon so far, one entry for each connection; empty where there is none.
   * Never blocks, never throws.
   */
  List<CallFigures> calls();

  /**
   * What the agent inside of the guest said last. Remembered, not asked for: never blocks, never
   * throws; {@link #onChange} tells when it is something else. {@link GuestAgent.Absent} also for a
   * machine that is not known or does not run, once the host has been looked at.
   */
  GuestAgent agent(MachineId machine);

  /**
   * Opens the first serial port of a running machine, a stream of raw bytes in both directions. The
   * port has one reader: opening it while another holds it is a {@code REJECTED} fault, after
   * waiting for {@code patience} for the holder to close. {@code MISSING} when no instance runs.
   */
  GuestStream openSerial(MachineId machine, Duration patience);

  /**
   * Opens the screen of a running machine: a client's side of RFB, the protocol of VNC, from the
   * server's greeting on, without a password. Several may be open at the same time and show the
   * same. {@code MISSING} when no instance runs, or when its instance was started without a screen.
   */
  GuestStream openScreen(MachineId machine);

  /**
   * Calls {@code listener} whenever a machine may have changed. The listener is called on an
   * internal thread, must return at once, and is told only the identity: it looks for itself. After
   * a lost connection every known machine is reported once.
   */
  Subscription onChange(Consumer<MachineId> listener);

  /**
   * Whether the daemon is connected, as far as is known. Unlike all others, never blocks and never
   * throws.
   */
  boolean isConnected();

  /** Stops listening. Machines go on running. */
  @Override
  void close();

  /** Ends a subscription; closing twice does no harm. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
