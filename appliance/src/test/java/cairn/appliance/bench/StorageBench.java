package cairn.appliance.bench;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.CachedImage.Format;
import cairn.storage.ContentId;
import cairn.storage.DiskId;
import cairn.storage.ImageSource;
import cairn.storage.directory.DirectoryImageCache;
import cairn.storage.directory.DirectoryPool;
import cairn.storage.directory.FileAccess;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What it costs to bring images in and to make disks of them, beside the tools that people use for
 * it. Arguments: directory to work in, file for the results, commit. Needs root for a file system
 * on a loop device, some 12 GiB of room, curl, zstd, gzip, openssl and qemu-img.
 */
final class StorageBench {

  private static final int CLONES = 9;
  private static final long GIBIBYTE = 1L << 30;
  private static final int BLOCK = 1 << 20;
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final Path directory;
  private final Results results;

  private StorageBench(Path directory, Results results) {
    this.directory = directory;
    this.results = results;
  }

  public static void main(String[] arguments) throws Exception {
    Results results = new Results("storage", arguments[2], Clock.systemUTC());
    StorageBench bench = new StorageBench(Path.of(arguments[0]), results);
    bench.clones();
    bench.imports();
    bench.memory();
    results.write(Path.of(arguments[1]));
  }

  // ---- disks of images (promise 7)

  private void clones() throws Exception {
    clones("plain", Files.createDirectory(directory.resolve("plain")));
    Path image = directory.resolve("xfs.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(2 * GIBIBYTE);
    }
    Path xfs = Files.createDirectory(directory.resolve("xfs"));
    run("mkfs.xfs", "-q", "-m", "reflink=1", image.toString());
    run("mount", "-o", "loop", image.toString(), xfs.toString());
    try {
      clones("xfs", xfs);
    } finally {
      run("umount", xfs.toString());
      Files.delete(image);
    }
  }

  private void clones(String fileSystem, Path folder) throws Exception {
    DirectoryPool pool =
        DirectoryPool.open(
            "bench",
            folder.resolve("pool"),
            folder.resolve("images"),
            FileAccess.ours(),
            QemuImg.onThisHost());
    String how = pool.cloning().name().toLowerCase(Locale.ROOT);
    for (long gibibytes : new long[] {1, 10, 100}) {
      CachedImage image = image(folder.resolve("images"), gibibytes);
      double[] millis = new double[CLONES];
      for (int at = 0; at < CLONES; at++) {
        DiskId disk = new DiskId(UUID.randomUUID());
        long begin = System.nanoTime();
        pool.createFrom(disk, image, image.virtualSize());
        millis[at] = (System.nanoTime() - begin) / 1e6;
        pool.remove(disk);
      }
      Arrays.sort(millis);
      String name = "clone.%s.%s.%dGiB".formatted(fileSystem, how, gibibytes);
      results.note(name + ".medianMillis", millis[CLONES / 2]);
      results.note(name + ".longestMillis", millis[CLONES - 1]);
      Path copy = folder.resolve("copy.raw");
      double naive =
          seconds(
              "qemu-img", "convert", "-q", "-f", "raw", "-O", "raw", image.file() + "", copy + "");
      results.note(name + ".qemuImgConvertMillis", naive * 1000);
      Files.delete(copy);
      Files.delete(image.file());
    }
  }

  /** Sparse, with 256 MiB of data; not by the cache, which would read all of it. */
  private static CachedImage image(Path images, long gibibytes) throws IOException {
    Path file = images.resolve(gibibytes + ".raw");
    fill(file, gibibytes * GIBIBYTE, 256L << 20);
    ByteSize size = ByteSize.ofGibibytes(gibibytes);
    return new CachedImage(new ContentId("0".repeat(64)), file, size, size, Format.RAW);
  }

  /** Data that a packer makes half as large, evenly between holes. */
  private static void fill(Path file, long size, long data) throws IOException {
    Random random = new Random(size);
    byte[] block = new byte[BLOCK];
    long blocks = data / BLOCK;
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(size);
      for (long at = 0; at < blocks; at++) {
        random.nextBytes(block);
        for (int each = 0; each < BLOCK; each++) {
          block[each] = (byte) ('0' + (block[each] & 0xf));
        }
        block[0] = 0;
        opened.seek(size / blocks / BLOCK * BLOCK * at);
        opened.write(block);
      }
      opened.getFD().sync();
    }
  }

  // ---- imports (promise 6)

  private void imports() throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    Path raw = files.resolve("image.raw");
    fill(raw, 4 * GIBIBYTE, GIBIBYTE + GIBIBYTE / 4);
    run("zstd", "-q", "-1", raw.toString(), "-o", raw + ".zst");
    shell("gzip -1 < \"$1\" > \"$2\"", raw.toString(), raw + ".gz");
    run(
        "qemu-img",
        "convert",
        "-q",
        "-f",
        "raw",
        "-O",
        "qcow2",
        raw + "",
        files.resolve("image.qcow2") + "");
    try (Server server = new Server(files)) {
      warm(server);
      measure(
          server,
          raw,
          "image.raw.zst",
          "zstd -dc \"$1\" > /dev/null",
          "zstd -dqf \"$1\" -o \"$2\"");
      measure(
          server, raw, "image.raw.gz", "gzip -dc \"$1\" > /dev/null", "gzip -dc \"$1\" > \"$2\"");
      measure(
          server,
          raw,
          "image.qcow2",
          "qemu-img convert -q -O raw -W -m 8 \"$1\" \"$1.out\" && rm \"$1.out\"",
          "mv \"$1\" \"$2\"");
    }
    try (Stream<Path> made = Files.list(files)) {
      for (Path each : made.toList()) {
        Files.delete(each);
      }
    }
  }

  private void warm(Server server) throws Exception {
    for (String file : List.of("image.raw.zst", "image.raw.gz")) {
      bringIn(server.url(file));
    }
  }

  private void measure(Server server, Path raw, String file, String unpack, String naiveUnpack)
      throws Exception {
    Path packed = raw.resolveSibling(file);
    double allocated = allocated(raw);
    double fetch = seconds("curl", "-s", "-o", "/dev/null", server.url(file).toString());
    double unpacking = shell(unpack, packed.toString());
    double hash = seconds("openssl", "dgst", "-sha256", raw.toString());
    Path target = directory.resolve("written");
    double write =
        shell(
            "dd if=/dev/zero of=\"$1\" bs=1M count=1280 conv=fsync 2>/dev/null", target.toString());
    Files.delete(target);
    double slowest = Math.max(Math.max(fetch, unpacking), Math.max(hash, write));
    double naive =
        shell(
            "cd \"$1\" && curl -s -o a \"$2\" && sha256sum a > /dev/null && (set -- a b; "
                + naiveUnpack
                + ") && qemu-img convert -q -O raw b c && sync c && rm -f a b c",
            directory.toString(),
            server.url(file).toString());

    double cpuBefore = cpuSeconds();
    long writtenBefore = bytesWritten();
    double ours = bringIn(server.url(file));
    double cpu = cpuSeconds() - cpuBefore;
    double written = bytesWritten() - writtenBefore;

    results.note(file + ".fetchSeconds", fetch);
    results.note(file + ".unpackSeconds", unpacking);
    results.note(file + ".hashSeconds", hash);
    results.note(file + ".writeSeconds", write);
    results.note(file + ".naiveSeconds", naive);
    results.note(file + ".importSeconds", ours);
    results.note(file + ".importCpuSeconds", cpu);
    results.note(file + ".overSlowestStageOrCpu", ours / Math.max(slowest, cpu / CORES));
    results.note(file + ".overNaive", ours / naive);
    results.note(file + ".writtenOverAllocated", written / allocated);
  }

  /** Seconds that it takes into a cache of its own. */
  private double bringIn(URI url) throws Exception {
    Path folder = Files.createTempDirectory(directory, "cache");
    DirectoryImageCache cache =
        DirectoryImageCache.open(
            folder,
            FileAccess.ours(),
            new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost()),
            Duration.ZERO);
    long begin = System.nanoTime();
    cache.bringIn(
        new ImageSource.Http(url, Optional.empty(), Map.of()), (transferred, expected) -> {});
    double seconds = (System.nanoTime() - begin) / 1e9;
    cache.removeAllBut(List.of());
    return seconds;
  }

  /** What a large import adds to the memory of the service. */
  private void memory() throws Exception {
    Path files = Files.createDirectories(directory.resolve("large"));
    Path raw = files.resolve("large.raw");
    fill(raw, 10 * GIBIBYTE, GIBIBYTE);
    run("zstd", "-q", "-1", raw.toString(), "-o", raw + ".zst");
    Files.delete(raw);
    System.gc();
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    double before = resident("VmHWM");
    try (Server server = new Server(files)) {
      bringIn(server.url("large.raw.zst"));
    }
    results.note("memory.residentMebibytesBefore10GiB", before);
    results.note("memory.residentMebibytesAtMostIn10GiB", resident("VmHWM"));
    Files.delete(Path.of(raw + ".zst"));
  }

  // ---- what it is measured with

  /** A web server that is a process of its own, so that its work is not ours. */
  private static final class Server implements AutoCloseable {
    private final int port;
    private final Process process;

    Server(Path files) throws IOException, InterruptedException {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/jwebserver").toString(),
                  "-o",
                  "none",
                  "-p",
                  Integer.toString(port),
                  "-d",
                  files.toAbsolutePath().toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!answers()) {
        if (System.nanoTime() > end) {
          process.destroyForcibly();
          throw new IOException("jwebserver does not listen on port " + port);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }

    private boolean answers() {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException notYet) {
        return false;
      }
    }

    URI url(String file) {
      return URI.create("http://127.0.0.1:" + port + "/" + file);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private static double shell(String script, String... arguments) throws Exception {
    String[] words = new String[arguments.length + 4];
    words[0] = "bash";
    words[1] = "-ec";
    words[2] = script;
    words[3] = "bench";
    System.arraycopy(arguments, 0, words, 4, arguments.length);
    return seconds(words);
  }

  private static void run(String... words) throws Exception {
    var _ = seconds(words);
  }

  private static double seconds(String... words) throws Exception {
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", words) + ": " + said);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Of this process and the programs that it ended. */
  private static double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int field = 11; field <= 14; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks / 100.0;
  }

  private static long bytesWritten() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("write_bytes: "))
        .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
        .sum();
  }

  private static double allocated(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(blocks.strip()) * 512.0;
  }

  private static double resident(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("/proc/self/status has no " + field);
  }
}
