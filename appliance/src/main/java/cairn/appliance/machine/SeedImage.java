package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * First-boot data as a volume: an ISO 9660 image with one folder and Joliet names, because the
 * names that cloud-init looks for hold a dash that plain ISO 9660 does not know. Pure, and the same
 * bytes for the same data. Written here and not by a program, because it is two small files.
 *
 * @param label of the volume: capital letters
 * @param files by name: letters, digits, dashes, and at most one dot; few enough for one sector
 */
record SeedImage(String label, Map<String, Content> files) {

  private static final Set<String> YAML_WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  private static final int SECTOR = 2048;
  private static final int ROOT = 23;
  private static final int JOLIET_ROOT = 24;
  private static final int FIRST_FILE = 25;

  SeedImage {
    requireNonNull(label, "label is null");
    // A folder is sorted.
    files = new TreeMap<>(files);
  }

  /** The NoCloud source of cloud-init. */
  static SeedImage cloudInit(String instanceId, String hostName, Content userData) {
    String metaData =
        "instance-id: %s\nlocal-hostname: %s\n".formatted(instanceId, scalar(hostName));
    return new SeedImage(
        "CIDATA", Map.of("meta-data", Content.of(metaData), "user-data", userData));
  }

  /** A name as YAML's text: 123, no and null would be a number, a truth value and nothing. */
  private static String scalar(String name) {
    boolean plain = name.matches("[a-z].*") && !YAML_WORDS.contains(name);
    return plain ? name : '"' + name + '"';
  }

  /** What Windows Setup looks for on every CD-ROM. */
  static SeedImage sysprep(Map<String, Content> files) {
    return new SeedImage("SYSPREP", files);
  }

  /** A file in the only folder. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares entries.
  private record Entry(String name, byte[] bytes, int sector) {
    int sectors() {
      return Math.max(1, Math.ceilDiv(bytes.length, SECTOR));
    }

    /** Without what plain names do not know. */
    String plainName() {
      String plain = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9.]", "");
      return plain + (plain.contains(".") ? ";1" : ".;1");
    }
  }

  byte[] bytes() {
    List<Entry> entries = new ArrayList<>();
    int sectors = FIRST_FILE;
    for (var file : files.entrySet()) {
      Entry entry = new Entry(file.getKey(), file.getValue().bytes(), sectors);
      entries.add(entry);
      sectors += entry.sectors();
    }
    ByteArrayOutputStream image = new ByteArrayOutputStream(sectors * SECTOR);
    image.writeBytes(new byte[16 * SECTOR]);
    image.writeBytes(volume(sectors, Naming.PLAIN));
    image.writeBytes(volume(sectors, Naming.JOLIET));
    image.writeBytes(sector(terminator()));
    image.writeBytes(sector(pathTable(ROOT, ByteOrder.LITTLE_ENDIAN)));
    image.writeBytes(sector(pathTable(ROOT, ByteOrder.BIG_ENDIAN)));
    image.writeBytes(sector(pathTable(JOLIET_ROOT, ByteOrder.LITTLE_ENDIAN)));
    image.writeBytes(sector(pathTable(JOLIET_ROOT, ByteOrder.BIG_ENDIAN)));
    image.writeBytes(sector(folder(entries, Naming.PLAIN)));
    image.writeBytes(sector(folder(entries, Naming.JOLIET)));
    for (Entry file : entries) {
      image.writeBytes(Arrays.copyOf(file.bytes(), file.sectors() * SECTOR));
    }
    return image.toByteArray();
  }

  /** The two directories that an image with long names holds. */
  private enum Naming {
    PLAIN(1, ROOT, 19),
    JOLIET(2, JOLIET_ROOT, 21);

    private final int type;
    private final int root;
    private final int pathTable;

    Naming(int type, int root, int pathTable) {
      this.type = type;
      this.root = root;
      this.pathTable = pathTable;
    }

    byte[] text(String text) {
      return switch (this) {
        case PLAIN -> text.getBytes(StandardCharsets.US_ASCII);
        case JOLIET -> text.getBytes(StandardCharsets.UTF_16BE);
      };
    }

    byte[] padded(String text, int length) {
      byte[] field = new byte[length];
      byte[] blank = text(" ");
      for (int at = 0; at + blank.length <= length; at += blank.length) {
        System.arraycopy(blank, 0, field, at, blank.length);
      }
      byte[] written = text(text);
      System.arraycopy(written, 0, field, 0, written.length);
      return field;
    }

    String name(Entry file) {
      return switch (this) {
        case PLAIN -> file.plainName();
        case JOLIET -> file.name();
      };
    }
  }

  private byte[] volume(int sectors, Naming naming) {
    ByteBuffer volume = ByteBuffer.allocate(SECTOR);
    volume.put((byte) naming.type).put("CD001".getBytes(StandardCharsets.US_ASCII));
    volume.put((byte) 1).put((byte) 0);
    volume.put(naming.padded("", 32)).put(naming.padded(label, 32)).put(new byte[8]);
    both(volume, sectors);
    byte[] escapes = new byte[32];
    if (naming == Naming.JOLIET) {
      escapes[0] = '%';
      escapes[1] = '/';
      escapes[2] = 'E';
    }
    volume.put(escapes);
    bothShort(volume, 1);
    bothShort(volume, 1);
    bothShort(volume, SECTOR);
    both(volume, pathTable(naming.root, ByteOrder.LITTLE_ENDIAN).length);
    volume.order(ByteOrder.LITTLE_ENDIAN).putInt(naming.pathTable).putInt(0);
    volume.order(ByteOrder.BIG_ENDIAN).putInt(naming.pathTable + 1).putInt(0);
    volume.put(record(new byte[] {0}, naming.root, SECTOR, true));
    volume.put(naming.padded("", 128)).put(naming.padded("", 128));
    volume.put(naming.padded("", 128)).put(naming.padded("", 128));
    volume.put(naming.padded("", 37)).put(naming.padded("", 37)).put(naming.padded("", 37));
    for (int date = 0; date < 4; date++) {
      volume.put("0000000000000000".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }
    volume.put((byte) 1);
    return volume.array();
  }

  private static byte[] terminator() {
    return ByteBuffer.allocate(7)
        .put((byte) 255)
        .put("CD001".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .array();
  }

  private static byte[] pathTable(int root, ByteOrder order) {
    return ByteBuffer.allocate(10)
        .order(order)
        .put((byte) 1)
        .put((byte) 0)
        .putInt(root)
        .putShort((short) 1)
        .array();
  }

  private static byte[] folder(List<Entry> files, Naming naming) {
    List<byte[]> records = new ArrayList<>();
    records.add(record(new byte[] {0}, naming.root, SECTOR, true));
    records.add(record(new byte[] {1}, naming.root, SECTOR, true));
    for (Entry file : files) {
      byte[] name = naming.text(naming.name(file));
      records.add(record(name, file.sector(), file.bytes().length, false));
    }
    ByteArrayOutputStream folder = new ByteArrayOutputStream();
    records.forEach(folder::writeBytes);
    return folder.toByteArray();
  }

  private static byte[] record(byte[] name, int sector, int length, boolean folder) {
    int size = 33 + name.length + (name.length % 2 == 0 ? 1 : 0);
    ByteBuffer record = ByteBuffer.allocate(size);
    record.put((byte) size).put((byte) 0);
    both(record, sector);
    both(record, length);
    record.put(new byte[] {70, 1, 1, 0, 0, 0, 0});
    record.put((byte) (folder ? 2 : 0)).put((byte) 0).put((byte) 0);
    bothShort(record, 1);
    record.put((byte) name.length).put(name);
    return record.array();
  }

  private static void both(ByteBuffer buffer, int value) {
    buffer.order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    buffer.order(ByteOrder.BIG_ENDIAN).putInt(value);
  }

  private static void bothShort(ByteBuffer buffer, int value) {
    buffer.order(ByteOrder.LITTLE_ENDIAN).putShort((short) value);
    buffer.order(ByteOrder.BIG_ENDIAN).putShort((short) value);
  }

  private static byte[] sector(byte[] bytes) {
    return Arrays.copyOf(bytes, SECTOR);
  }
}
