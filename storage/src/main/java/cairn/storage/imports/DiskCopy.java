package cairn.storage.imports;

import cairn.storage.DiskLocation;
import cairn.storage.ImportProgress;
import cairn.storage.qemuimg.QemuImg;
import cairn.storage.reflink.Reflink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * From one of our disks to a raw file. No machine is kept from starting with the disk meanwhile;
 * instead, what was copied counts only if nobody wrote to the disk from the first byte to the last.
 */
record DiskCopy(QemuImg qemuImg, Duration limit, ImportProgress progress) {

  SparseFile.Written copy(DiskLocation disk, Path raw) throws IOException {
    OptionalLong all = OptionalLong.of(disk.size().bytes());
    BasicFileAttributes before = attributes(disk);
    progress.transferred(0, all);
    SparseFile.Written written =
        switch (disk) {
          case DiskLocation.Raw file -> copyRaw(file, raw);
          case DiskLocation.Overlay layer -> flatten(layer, raw);
        };
    progress.transferred(all.getAsLong(), all);
    BasicFileAttributes after = attributes(disk);
    if (!before.lastModifiedTime().equals(after.lastModifiedTime())
        || before.size() != after.size()) {
      throw Refused.forNow(
          "DiskChanged", "Disk " + disk.id() + " was written to while it was copied.", null);
    }
    return written;
  }

  private static SparseFile.Written copyRaw(DiskLocation.Raw disk, Path raw) throws IOException {
    Files.createFile(raw);
    try {
      Reflink.share(disk.file(), raw);
    } catch (IOException cannotShare) {
      Files.delete(raw);
      try (InputStream stream = Files.newInputStream(disk.file())) {
        return SparseFile.write(stream, raw, disk.size(), "disk " + disk.id());
      }
    }
    return durable(raw, disk);
  }

  private SparseFile.Written flatten(DiskLocation.Overlay layer, Path raw) throws IOException {
    SparseFile.makeZeros(raw, layer.size());
    qemuImg.flatten(layer.file(), raw, limit);
    return durable(raw, layer);
  }

  private static SparseFile.Written durable(Path raw, DiskLocation disk) throws IOException {
    try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return new SparseFile.Written(SparseFile.identityOf(raw), disk.size());
  }

  private static BasicFileAttributes attributes(DiskLocation disk) throws IOException {
    return Files.readAttributes(disk.file(), BasicFileAttributes.class);
  }
}
