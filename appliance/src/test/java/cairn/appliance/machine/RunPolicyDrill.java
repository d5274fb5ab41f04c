package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/**
 * The contract's table of run policies as a drill that any machine can be put through, a fake one
 * and a real one: what follows when it is created, when its guest powers off, reboots or dies, when
 * a start fails, when operations and other policies are asked for.
 */
public final class RunPolicyDrill {

  /** A machine that exists and can be told what to do. */
  public interface Subject {

    void policy(RunPolicy policy);

    /** Another number for another instance; only asked while one runs. */
    long instance();

    void awaitPhase(String phase);

    /** Waits until the machine runs, in another instance than the one before. */
    void awaitOther(long before);

    /** Carries the operation out; returns its phase and reason in the end. */
    String operation(String type);

    void guestPowersOff();

    void guestReboots();

    /** The instance dies. */
    void crash();

    /** From now on the host cannot start it. */
    void breakStart();

    void mendStart();
  }

  private static final String POLICY = "Failed NotApplicableForVirtualMachineRunPolicy";
  private static final String DONE = "Completed OperationCompleted";

  private final Subject subject;

  public RunPolicyDrill(Subject subject) {
    this.subject = subject;
  }

  /** Created with the policy, nothing else was done yet. */
  public void of(RunPolicy policy) {
    switch (policy) {
      case ALWAYS_ON -> alwaysOn();
      case ALWAYS_ON_UNLESS_STOPPED_MANUALLY -> unlessStopped();
      case MANUAL -> manual();
      case ALWAYS_OFF -> alwaysOff();
    }
  }

  private void alwaysOn() {
    subject.awaitPhase("Running");
    renewed("power-off", subject::guestPowersOff);
    assertEquals(POLICY, subject.operation("Start"));
    assertEquals(POLICY, subject.operation("Stop"));
    renewed("restart", () -> assertEquals(DONE, subject.operation("Restart")));
    renewed("reboot", subject::guestReboots);
    renewed("restart", () -> assertEquals(DONE, subject.operation("Restart")));
    renewed("crash", subject::crash);
    same(RunPolicy.MANUAL);
    same(RunPolicy.ALWAYS_ON_UNLESS_STOPPED_MANUALLY);
    same(RunPolicy.ALWAYS_ON);
    subject.policy(RunPolicy.ALWAYS_OFF);
    subject.awaitPhase("Stopped");
    subject.policy(RunPolicy.ALWAYS_ON);
    subject.awaitPhase("Running");
  }

  private void unlessStopped() {
    subject.awaitPhase("Running");
    renewed("reboot", subject::guestReboots);
    renewed("restart", () -> assertEquals(DONE, subject.operation("Restart")));
    renewed("crash", subject::crash);
    assertEquals(DONE, subject.operation("Stop"));
    subject.awaitPhase("Stopped");
    failedStart();
    subject.guestPowersOff();
    subject.awaitPhase("Stopped");
    assertEquals("Failed NotApplicableForVirtualMachinePhase", subject.operation("Restart"));
    assertEquals(DONE, subject.operation("Start"));
    subject.awaitPhase("Running");
    subject.policy(RunPolicy.ALWAYS_OFF);
    subject.awaitPhase("Stopped");
    subject.policy(RunPolicy.ALWAYS_ON_UNLESS_STOPPED_MANUALLY);
    subject.awaitPhase("Running");
    assertEquals(DONE, subject.operation("Stop"));
    subject.awaitPhase("Stopped");
    subject.policy(RunPolicy.ALWAYS_ON);
    subject.awaitPhase("Running");
  }

  private void manual() {
    subject.awaitPhase("Stopped");
    assertEquals(DONE, subject.operation("Start"));
    subject.awaitPhase("Running");
    subject.guestPowersOff();
    subject.awaitPhase("Stopped");
    failedStart();
    renewed("restart", () -> assertEquals(DONE, subject.operation("Restart")));
    renewed("reboot", subject::guestReboots);
    subject.crash();
    subject.awaitPhase("Stopped");
    subject.policy(RunPolicy.ALWAYS_ON_UNLESS_STOPPED_MANUALLY);
    assertEquals(DONE, subject.operation("Start"));
    subject.awaitPhase("Running");
    same(RunPolicy.MANUAL);
    assertEquals(DONE, subject.operation("Stop"));
    subject.awaitPhase("Stopped");
    subject.policy(RunPolicy.ALWAYS_ON);
    subject.awaitPhase("Running");
  }

  private void alwaysOff() {
    subject.awaitPhase("Stopped");
    for (String type : List.of("Start", "Stop", "Restart")) {
      assertEquals(POLICY, subject.operation(type));
    }
    subject.policy(RunPolicy.MANUAL);
    // It would be refused for a machine that runs.
    assertEquals(DONE, subject.operation("Start"));
    subject.awaitPhase("Running");
  }

  /** A start that fails is tried again until it comes about. */
  private void failedStart() {
    subject.breakStart();
    Thread start = Thread.ofVirtual().start(() -> subject.operation("Start"));
    subject.awaitPhase("Pending");
    assertTrue(start.isAlive(), "the start was finished though the machine did not come up");
    subject.mendStart();
    subject.awaitPhase("Running");
  }

  private void renewed(String by, Runnable deed) {
    long before = subject.instance();
    deed.run();
    try {
      subject.awaitOther(before);
    } catch (AssertionError e) {
      throw new AssertionError("no new instance after " + by, e);
    }
    subject.awaitPhase("Running");
  }

  private void same(RunPolicy policy) {
    long before = subject.instance();
    subject.policy(policy);
    subject.awaitPhase("Running");
    assertEquals(
        before, subject.instance(), () -> "another instance after the switch to " + policy);
  }
}
