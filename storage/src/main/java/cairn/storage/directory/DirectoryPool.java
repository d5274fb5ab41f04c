package cairn.storage.directory;

import static java.util.Objects.requireNonNull;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import cairn.storage.qemuimg.QemuImg;
import cairn.storage.reflink.Reflink;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Disks as files: {@code disks/<id>/disk.raw}, or {@code disks/<id>/disk.qcow2} with {@code
 * layer.json} where the file system cannot share blocks. A disk is made under {@code tmp} and
 * renamed into place.
 *
 * <p>One process at a time owns the folder.
 */
public final class DirectoryPool implements DiskPool {

  private static final String RAW = "disk.raw";
  private static final String LAYER = "disk.qcow2";
  private static final String LAYER_RECORD = "layer.json";

  /** QEMU shows a raw file in whole sectors. */
  private static final ByteSize SECTOR = new ByteSize(512);

  /** Where a qcow2 header keeps the size that the guest sees. */
  private static final int LAYER_SIZE_OFFSET = 24;

  private final String name;
  private final Path working;
  private final Path disks;
  private final FileAccess access;
  private final QemuImg qemuImg;
  private final Cloning cloning;

  private DirectoryPool(
      String name, Path working, Path disks, FileAccess access, QemuImg qemuImg, Cloning cloning) {
    this.name = name;
    this.working = working;
    this.disks = disks;
    this.access = access;
    this.qemuImg = qemuImg;
    this.cloning = cloning;
  }

  /**
   * Opens or makes a pool, removes what a crash left half-made, and finds out how disks can be
   * cloned from images.
   *
   * @param folder the pool's own
   * @param images folder of the image cache that disks will be made from
   * @throws StorageFault {@code BROKEN} when the folder cannot be used
   */
  public static DirectoryPool open(
      String name, Path folder, Path images, FileAccess access, QemuImg qemuImg) {
    requireNonNull(name, "name is null");
    Path working = folder.toAbsolutePath().resolve("tmp");
    Path disks = folder.toAbsolutePath().resolve("disks");
    try {
      Durable.makeFolders(working);
      Durable.makeFolders(disks);
      Durable.makeFolders(images);
      access.closed(working);
      access.passable(folder);
      access.passable(disks);
      Durable.empty(working);
      Cloning cloning = Reflink.worksBetween(images, working) ? Cloning.REFLINK : Cloning.OVERLAY;
      return new DirectoryPool(name, working, disks, access, qemuImg, cloning);
    } catch (IOException failure) {
      throw Durable.fault("Cannot open pool '" + name + "'", folder, failure);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Cloning cloning() {
    return cloning;
  }

  @Override
  public Space space() {
    try {
      FileStore store = Files.getFileStore(disks);
      return new Space(new ByteSize(store.getTotalSpace()), new ByteSize(store.getUsableSpace()));
    } catch (IOException failure) {
      throw Durable.fault("Cannot tell the space of pool '" + name + "'", disks, failure);
    }
  }

  @Override
  public DiskLocation createBlank(DiskId disk, ByteSize size) {
    requireSome(disk, size);
    return make(disk, folder -> setLength(newFile(folder.resolve(RAW)), size.roundUpTo(SECTOR)));
  }

  @Override
  public DiskLocation createFrom(DiskId disk, CachedImage image, ByteSize size) {
    requireSome(disk, size);
    if (size.compareTo(image.virtualSize()) < 0) {
      throw new StorageFault(
          Kind.REJECTED,
          "DiskSmallerThanImage",
          "Disk "
              + disk
              + " would have "
              + size.bytes()
              + " bytes, but the image needs "
              + image.virtualSize().bytes()
              + "; ask for at least that.",
          null);
    }
    return make(
        disk,
        folder -> {
          switch (cloning) {
            case REFLINK -> share(image, folder.resolve(RAW), size.roundUpTo(SECTOR));
            case OVERLAY -> layer(image, folder, size.roundUpTo(SECTOR));
          }
        });
  }

  @Override
  public DiskLocation grow(DiskId disk, ByteSize size) {
    DiskLocation present =
        find(disk)
            .orElseThrow(() ->
                new StorageFault(
                    Kind.MISSING,
                    "DiskMissing",
                    "Disk " + disk + " is not in pool '" + name + "'.",
                    null));
    ByteSize wanted = size.roundUpTo(SECTOR);
    if (wanted.compareTo(present.size()) <= 0) {
      return present;
    }
    try {
      switch (present) {
        case DiskLocation.Raw raw -> setLength(raw.file(), wanted);
        case DiskLocation.Overlay overlay -> {
          qemuImg.growLayer(overlay.file(), wanted);
          Durable.sync(overlay.file());
        }
      }
      return located(disk).orElseThrow();
    } catch (IOException failure) {
      throw Durable.fault("Cannot grow disk " + disk, disks, failure);
    }
  }

  @Override
  public Optional<DiskLocation> find(DiskId disk) {
    try {
      return located(disk);
    } catch (IOException failure) {
      throw Durable.fault("Cannot look at disk " + disk, disks, failure);
    }
  }

  @Override
  public List<DiskLocation> disks() {
    List<DiskLocation> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(disks)) {
      for (Path entry : entries) {
        found.addAll(located(DiskId.parse(entry.getFileName().toString())).stream().toList());
      }
      return List.copyOf(found);
    } catch (IOException failure) {
      throw Durable.fault("Cannot list pool '" + name + "'", disks, failure);
    } catch (IllegalArgumentException foreign) {
      throw new StorageFault(
          Kind.BROKEN,
          "ForeignFolder",
          "Pool '" + name + "' holds a folder in " + disks + " that is not a disk's; move it away.",
          foreign);
    }
  }

  @Override
  public void remove(DiskId disk) {
    Path folder = folderOf(disk);
    try {
      if (Files.exists(folder)) {
        // Away from sight in one step; a crash leaves the rest to the next opening.
        Path unlinked = working.resolve(UUID.randomUUID().toString());
        Durable.move(folder, unlinked);
        Durable.removeTree(unlinked);
      }
    } catch (IOException failure) {
      throw Durable.fault("Cannot remove disk " + disk, disks, failure);
    }
  }

  private DiskLocation make(DiskId disk, Filling filling) {
    try {
      Optional<DiskLocation> present = located(disk);
      if (present.isPresent()) {
        return present.get();
      }
      Path half = Files.createDirectory(working.resolve(UUID.randomUUID().toString()));
      try {
        filling.fill(half);
        access.passable(half);
        Durable.sync(half);
        Durable.move(half, folderOf(disk));
      } catch (IOException failure) {
        // Judged before the rests are removed, as that frees the space that was short.
        throw notMade(disk, failure);
      } finally {
        Durable.removeTree(half);
      }
      return located(disk).orElseThrow();
    } catch (IOException failure) {
      throw notMade(disk, failure);
    }
  }

  private StorageFault notMade(DiskId disk, IOException failure) {
    return Durable.fault("Cannot make disk " + disk + " in pool '" + name + "'", disks, failure);
  }

  private void share(CachedImage image, Path file, ByteSize size) throws IOException {
    requirePresent(image);
    newFile(file);
    Reflink.share(image.file(), file);
    setLength(file, size);
  }

  private void layer(CachedImage image, Path folder, ByteSize size) throws IOException {
    requirePresent(image);
    Path file = folder.resolve(LAYER);
    qemuImg.createLayer(file, image.file(), size);
    access.writable(file);
    Durable.sync(file);
    Path record = folder.resolve(LAYER_RECORD);
    new LayerRecord(image.content(), image.file()).write(record);
    Durable.sync(record);
  }

  private Path newFile(Path file) throws IOException {
    Files.createFile(file);
    access.writable(file);
    return file;
  }

  private static void setLength(Path file, ByteSize size) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(size.bytes());
      opened.getFD().sync();
    }
  }

  private Optional<DiskLocation> located(DiskId disk) throws IOException {
    Path folder = folderOf(disk);
    Path raw = folder.resolve(RAW);
    if (Files.exists(raw)) {
      return Optional.of(new DiskLocation.Raw(disk, raw, new ByteSize(Files.size(raw))));
    }
    Path layer = folder.resolve(LAYER);
    if (Files.exists(layer)) {
      LayerRecord record = LayerRecord.read(folder.resolve(LAYER_RECORD));
      return Optional.of(
          new DiskLocation.Overlay(
              disk, layer, record.rawBase(), record.base(), sizeOfLayer(layer)));
    }
    return Optional.empty();
  }

  /** The size may have grown under a running machine, so the header is the truth. */
  private static ByteSize sizeOfLayer(Path layer) throws IOException {
    try (InputStream stream = Files.newInputStream(layer);
        DataInputStream header = new DataInputStream(stream)) {
      header.skipNBytes(LAYER_SIZE_OFFSET);
      return new ByteSize(header.readLong());
    }
  }

  private Path folderOf(DiskId disk) {
    return disks.resolve(disk.toString());
  }

  private static void requirePresent(CachedImage image) {
    if (!Files.exists(image.file())) {
      throw new StorageFault(
          Kind.MISSING,
          "ImageMissing",
          "Image " + image.content() + " is no longer in the cache at " + image.file() + ".",
          null);
    }
  }

  private static void requireSome(DiskId disk, ByteSize size) {
    if (size.bytes() == 0) {
      throw new StorageFault(
          Kind.REJECTED, "EmptyDisk", "Disk " + disk + " would have no bytes at all.", null);
    }
  }

  /** Puts a disk's files into a new folder, durable. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path folder) throws IOException;
  }
}
