package cairn.storage.directory;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.DiskPoolContract;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The contract on a folder; what file system that is, the heirs say. */
abstract class DirectoryPoolContract extends DiskPoolContract {

  private Optional<DiskPool> opened = Optional.empty();

  abstract Path folder();

  @Override
  protected DiskPool pool() {
    if (opened.isEmpty()) {
      opened = Optional.of(reopened());
    }
    return opened.orElseThrow();
  }

  @Override
  protected DiskPool reopened() {
    return DirectoryPool.open(
        "test",
        folder().resolve("pools/test"),
        folder().resolve("images"),
        FileAccess.ours(),
        QemuImg.onThisHost());
  }

  @Override
  protected Path working() {
    return folder().resolve("pools/test/tmp");
  }

  @Override
  protected CachedImage image(byte[] content) {
    try {
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      Path file = folder().resolve("images").resolve(digest + ".raw");
      Files.createDirectories(folder().resolve("images"));
      Files.write(file, content);
      ByteSize size = new ByteSize(content.length);
      return new CachedImage(new ContentId(digest), file, size, size, CachedImage.Format.RAW);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  protected byte[] content(DiskLocation disk, int length) throws IOException {
    return switch (disk) {
      case DiskLocation.Raw raw -> Arrays.copyOf(Files.readAllBytes(raw.file()), length);
      case DiskLocation.Overlay overlay -> {
        Path copy = Files.createTempFile(folder(), "flat", ".raw");
        run(
            "qemu-img",
            "convert",
            "-f",
            "qcow2",
            "-O",
            "raw",
            overlay.file().toString(),
            copy.toString());
        yield Arrays.copyOf(Files.readAllBytes(copy), length);
      }
    };
  }

  @Override
  protected void overwrite(DiskLocation disk, byte[] content) throws IOException {
    Path bytes = Files.createTempFile(folder(), "bytes", "");
    Files.write(bytes, content);
    String format = disk instanceof DiskLocation.Overlay ? "qcow2" : "raw";
    Path file =
        switch (disk) {
          case DiskLocation.Raw raw -> raw.file();
          case DiskLocation.Overlay overlay -> overlay.file();
        };
    run(
        "qemu-io",
        "-f",
        format,
        "-c",
        "write -s " + bytes + " 0 " + content.length,
        file.toString());
  }

  static String run(String... arguments) throws IOException {
    Process process = new ProcessBuilder(List.of(arguments)).redirectErrorStream(true).start();
    try {
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", arguments) + ": " + said);
      }
      return said;
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }
}
