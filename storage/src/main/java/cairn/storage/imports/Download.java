package cairn.storage.imports;

import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A file's bytes over as many connections as it takes. Where a connection breaks, the file is asked
 * for again from that byte on, as long as its server vouches by a strong entity tag that it is
 * still the same file; without one the break is a failure, and whoever imports begins anew.
 */
final class Download extends BulkInput {

  /** How often in a row a new connection may bring nothing. */
  private static final int MOST_IN_VAIN = 3;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Faults that another connection may mend. */
  private static final Set<String> MENDABLE =
      Set.of("SourceIncomplete", "SourceStalled", "SourceUnreachable", "ServerFailed");

  private final Function<WebRequest, WebAnswer> server;
  private final WebRequest request;
  private final String shown;
  private final OptionalLong length;
  private final Optional<String> entity;
  private WebAnswer answer;
  private long position;
  private int inVain;

  private Download(Function<WebRequest, WebAnswer> server, WebRequest request, WebAnswer answer) {
    this.server = server;
    this.request = request;
    this.shown = WebSource.shown(request.url());
    this.answer = answer;
    this.length = answer.length();
    this.entity = answer.entity();
  }

  /** Opens the file; the caller closes it. */
  static Download of(Function<WebRequest, WebAnswer> server, WebRequest request) {
    return of(server, request, answer -> {});
  }

  /**
   * @param server answers a request, also one for the rest of the file
   * @param requirement throws what another answer than the file means here
   */
  static Download of(
      Function<WebRequest, WebAnswer> server, WebRequest request, Consumer<WebAnswer> requirement) {
    WebAnswer answer = server.apply(request);
    try {
      requirement.accept(answer);
    } catch (StorageFault fault) {
      answer.close();
      throw fault;
    }
    return new Download(server, request, answer.requireFile(WebSource.shown(request.url())));
  }

  /** Of the whole file, where the server says it. */
  OptionalLong length() {
    return length;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    while (true) {
      try {
        int count = answer.body().read(target, offset, length);
        if (count > 0) {
          position += count;
          inVain = 0;
        }
        return count;
      } catch (IOException failure) {
        resume(WebFetch.fault(shown, failure));
      } catch (StorageFault fault) {
        resume(fault);
      }
    }
  }

  @Override
  public void close() {
    answer.close();
  }

  /**
   * @throws StorageFault the last one, where it cannot be mended
   */
  private void resume(StorageFault broken) throws IOException {
    answer.close();
    StorageFault last = broken;
    while (entity.isPresent() && MENDABLE.contains(last.reason()) && inVain < MOST_IN_VAIN) {
      pause(PAUSE.multipliedBy(inVain));
      inVain++;
      try {
        answer = rest(entity.get());
        return;
      } catch (StorageFault again) {
        last = again;
      }
    }
    throw last;
  }

  private WebAnswer rest(String tag) {
    WebAnswer continued =
        server.apply(request.with("Range", "bytes=" + position + "-").with("If-Range", tag));
    if (continued.beginsAt(position)) {
      return continued;
    }
    continued.close();
    if (continued.status() >= 500) {
      throw new StorageFault(
          Kind.TRANSIENT,
          "ServerFailed",
          "The server of " + shown + " answered " + continued.status() + ".",
          null);
    }
    throw Refused.forNow(
        "SourceChanged",
        "The connection to "
            + shown
            + " broke at byte "
            + position
            + ", and its server does not go on from there (status "
            + continued.status()
            + "): the file has changed meanwhile.",
        null);
  }

  private static void pause(Duration pause) throws InterruptedIOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
