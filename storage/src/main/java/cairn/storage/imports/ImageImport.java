package cairn.storage.imports;

import static java.util.Objects.requireNonNull;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.CachedImage.Format;
import cairn.storage.ContentId;
import cairn.storage.DiskLocation;
import cairn.storage.ImageSource;
import cairn.storage.ImportProgress;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * Brings an image in, in one streaming pass of three stages, each on a thread of its own: fetch and
 * check (the caller's thread), unpack, write. Bytes pass between them through bounded pipes; the
 * first stage that fails stops the others.
 *
 * <p>Unpacking and hashing keep a processor busy, so their stages are platform threads; their
 * number is bound by {@link ImportLimits#parallel()}.
 */
public final class ImageImport {

  private final ImportLimits limits;
  private final AddressPolicy policy;
  private final QemuImg qemuImg;
  private final Semaphore places;

  public ImageImport(ImportLimits limits, AddressPolicy policy, QemuImg qemuImg) {
    this.limits = requireNonNull(limits, "limits is null");
    this.policy = requireNonNull(policy, "policy is null");
    this.qemuImg = requireNonNull(qemuImg, "qemuImg is null");
    this.places = new Semaphore(limits.parallel());
  }

  /** What came in. */
  public record Imported(
      ContentId content, ByteSize virtualSize, ByteSize transferred, CachedImage.Format format) {}

  /**
   * Fetches an image and leaves it as a sparse raw file, durable, in an existing empty folder. On
   * failure the folder holds rests that the caller removes.
   *
   * @param raw file to make; working files appear beside it
   * @throws StorageFault as {@link cairn.storage.ImageCache#bringIn} says
   */
  public Imported bring(ImageSource source, Path raw, ImportProgress progress) throws IOException {
    try {
      places.acquire();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Refused.forNow("Interrupted", "The import was interrupted.", interrupted);
    }
    try {
      return switch (source) {
        case ImageSource.Http http -> fetch(http, raw, progress);
        case ImageSource.Container container -> pull(container, raw, progress);
        case ImageSource.Sent sent -> take(sent, raw, progress);
        case ImageSource.Disk disk -> copy(disk.disk(), raw, progress);
      };
    } catch (InterruptedIOException interrupted) {
      throw Refused.forNow("Interrupted", "The import was interrupted.", interrupted);
    } finally {
      places.release();
    }
  }

  private Imported fetch(ImageSource.Http source, Path raw, ImportProgress progress)
      throws IOException {
    Deadline deadline = Deadline.in(limits.total());
    String shown = WebSource.shown(source.url());
    Reception reception = new Reception(raw, limits.virtualSize(), shown);
    WebFetch web = new WebFetch(policy, limits, deadline);
    try (Download download = Download.of(web::ask, WebRequest.of(source))) {
      Streaming.Result<Reception.Received> result =
          new Streaming(
                  new Transfer(download, download.length(), limits, progress, shown),
                  source.checksums())
              .into(reception::receive);
      return finished(result.value(), result.transferred(), raw, deadline, shown);
    }
  }

  private Imported pull(ImageSource.Container source, Path raw, ImportProgress progress)
      throws IOException {
    Deadline deadline = Deadline.in(limits.total());
    RegistryReference reference = RegistryReference.parse(source.image());
    WebFetch web = new WebFetch(policy, limits, deadline);
    Registry registry = new Registry(web, reference, source.caBundle(), source.login());
    String shown = reference.toString();
    Reception reception = new Reception(raw, limits.virtualSize(), shown);
    Streaming.Result<Reception.Received> result =
        new ContainerPull(registry, limits, progress, shown).into(reception);
    return finished(result.value(), result.transferred(), raw, deadline, shown);
  }

  private Imported take(ImageSource.Sent source, Path raw, ImportProgress progress)
      throws IOException {
    Deadline deadline = Deadline.in(limits.total());
    String shown = "the upload";
    Reception reception = new Reception(raw, limits.virtualSize(), shown);
    SentBytes bytes = new SentBytes(source.bytes(), source.length(), deadline);
    OptionalLong length = OptionalLong.of(source.length().bytes());
    Streaming.Result<Reception.Received> result =
        new Streaming(new Transfer(bytes, length, limits, progress, shown), source.checksums())
            .into(reception::receive);
    return finished(result.value(), result.transferred(), raw, deadline, shown);
  }

  private Imported copy(DiskLocation disk, Path raw, ImportProgress progress) throws IOException {
    SparseFile.Written written = new DiskCopy(qemuImg, limits.total(), progress).copy(disk, raw);
    return new Imported(written.content(), written.size(), written.size(), Format.RAW);
  }

  private Imported finished(
      Reception.Received received, ByteSize transferred, Path raw, Deadline deadline, String shown)
      throws IOException {
    SparseFile.Written written =
        switch (received) {
          case Reception.Received.Finished finished -> finished.written();
          case Reception.Received.Container container ->
              new Unpacking(qemuImg, container.format(), limits.virtualSize(), deadline, shown)
                  .unpack(container.file(), raw);
        };
    if (written.size().bytes() % 512 != 0) {
      throw Refused.forGood(
          "InvalidSize",
          "The image from "
              + shown
              + " has "
              + written.size().bytes()
              + " bytes, not whole sectors of 512; is it truncated?");
    }
    return new Imported(written.content(), written.size(), transferred, received.format());
  }
}
