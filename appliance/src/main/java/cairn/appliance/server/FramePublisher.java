package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pumps a {@link FrameSource} into a response: one virtual thread per stream, at the reader's pace.
 *
 * <p>The first thing sent is one space. Micronaut holds the response headers back until there is a
 * body byte, and clients wait for the headers before they believe that the watch stands. It is a
 * space and no newline, because clients that split by lines would see an empty one and fail.
 */
final class FramePublisher implements Publisher<ByteBuf> {

  private static final Logger LOG = LoggerFactory.getLogger(FramePublisher.class);
  private static final byte[] SPACE = " ".getBytes(US_ASCII);

  private final FrameSource source;
  private final Duration patience;

  /**
   * @param patience a reader that takes nothing for so long, while a frame waits, loses its stream
   */
  FramePublisher(FrameSource source, Duration patience) {
    this.source = source;
    this.patience = patience;
  }

  /** The end of a stream that nobody reads; clients list again. */
  private static final class NobodyReads extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NobodyReads(Duration patience) {
      super("nothing was read for " + patience.toSeconds() + " s", null, false, false);
    }
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuf> subscriber) {
    Pump pump = new Pump(source, subscriber, patience);
    subscriber.onSubscribe(pump);
    pump.start();
  }

  private static final class Pump implements Subscription {

    private final FrameSource source;
    private final Subscriber<? super ByteBuf> subscriber;
    private final Semaphore demand = new Semaphore(0);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Duration patience;
    private final Thread thread;

    Pump(FrameSource source, Subscriber<? super ByteBuf> subscriber, Duration patience) {
      this.patience = patience;
      this.source = source;
      this.subscriber = subscriber;
      this.thread = Thread.ofVirtual().name("watch-stream").unstarted(this::run);
    }

    void start() {
      thread.start();
    }

    @Override
    public void request(long count) {
      // An unbounded reader asks for Long.MAX_VALUE; the semaphore counts in int.
      int room = Integer.MAX_VALUE / 2 - demand.availablePermits();
      demand.release((int) Math.min(count, Math.max(room, 0)));
    }

    @Override
    public void cancel() {
      over.set(true);
      source.close();
      thread.interrupt();
    }

    /** The writer and other watchers never waited; now the memory is given back too. */
    private void giveUp() {
      if (!over.getAndSet(true)) {
        LOG.info("a watch is ended: nothing was read for {} s", patience.toSeconds());
        subscriber.onError(new NobodyReads(patience));
      }
    }

    private void run() {
      try {
        Optional<byte[]> frame = Optional.of(SPACE);
        while (frame.isPresent() && !over.get()) {
          if (!demand.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            giveUp();
            return;
          }
          subscriber.onNext(Unpooled.wrappedBuffer(frame.get()));
          frame = source.next();
        }
        if (!over.getAndSet(true)) {
          subscriber.onComplete();
        }
      } catch (InterruptedException e) {
        // The reader went away; nobody is left to tell.
      } catch (RuntimeException e) {
        if (!over.getAndSet(true)) {
          LOG.error("a stream broke off: {}", e.getMessage(), e);
          subscriber.onError(e);
        }
      } finally {
        source.close();
      }
    }
  }
}
