package cairn.appliance.client;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Says in one line how many tests of a suite passed. */
final class Tally implements TestWatcher, AfterAllCallback {

  private final String suite;
  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  Tally(String suite) {
    this.suite = suite;
  }

  @Override
  public void testSuccessful(ExtensionContext test) {
    passed.incrementAndGet();
  }

  @Override
  public void testFailed(ExtensionContext test, @Nullable Throwable cause) {
    failed.incrementAndGet();
  }

  @Override
  public void afterAll(ExtensionContext suites) {
    System.out.printf("%s: %d passed, %d failed%n", suite, passed.get(), failed.get());
  }
}
