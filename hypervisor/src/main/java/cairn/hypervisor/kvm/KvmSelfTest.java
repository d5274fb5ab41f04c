package cairn.hypervisor.kvm;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Has real guest code executed by KVM and says what came of it. Takes some 20 ms where KVM works;
 * worth repeating at every boot, since a nested KVM changes with the host below.
 */
public final class KvmSelfTest {

  private final Path device;

  /**
   * @param device {@code /dev/kvm}
   */
  public KvmSelfTest(Path device) {
    this.device = requireNonNull(device, "device is null");
  }

  /**
   * Runs in a platform thread of its own, which the watchdog interrupts by its thread number. Never
   * throws: whatever goes wrong is part of the verdict.
   */
  public KvmVerdict run() {
    CompletableFuture<KvmVerdict> verdict = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("kvm-self-test")
        .start(() -> {
          try (KvmDevice kvm = KvmDevice.open(device)) {
            verdict.complete(KvmJudge.judge(kvm));
          } catch (RuntimeException | LinkageError failed) {
            verdict.completeExceptionally(failed);
          }
        });
    try {
      return verdict.join();
    } catch (CompletionException failed) {
      return new KvmVerdict.Broken("the self-test itself failed: " + failed.getCause(), "");
    }
  }
}
