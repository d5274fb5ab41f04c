package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.storage.ByteSize;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Qcow2HeaderTest {

  @Test
  void aPlainImageIsHarmless() {
    assertEquals(ByteSize.ofMebibytes(1), header(new Qcow2Bytes().bytes()).requireHarmless());
  }

  @Test
  void versionTwoIsHarmless() {
    assertEquals(
        ByteSize.ofMebibytes(1),
        header(new Qcow2Bytes().integer(4, 2).number(72, 0).integer(100, 0).bytes())
            .requireHarmless());
  }

  @Test
  void dirtyAndFeatureNamesAreHarmless() {
    byte[] image = new Qcow2Bytes().number(72, 1).extension(0x6803f857, 96).bytes();

    assertEquals(ByteSize.ofMebibytes(1), header(image).requireHarmless());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void badHeadersHaveTheirOwnReason(String reason, String what, byte[] image) {
    StorageFault fault =
        assertThrows(StorageFault.class, () -> header(image).requireHarmless(), what);

    assertEquals(reason, fault.reason(), fault.getMessage());
    assertEquals(Kind.REJECTED, fault.kind());
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        bad("BackingFileNotAllowed", "a file", new Qcow2Bytes().backing("/etc/shadow")),
        bad("BackingFileNotAllowed", "a server", new Qcow2Bytes().backing("nbd://10.0.0.1/x")),
        bad("BackingFileNotAllowed", "only its format", extended(0xe2792aca)),
        bad("DataFileNotAllowed", "by feature bit", new Qcow2Bytes().number(72, 4)),
        bad("DataFileNotAllowed", "by extension", extended(0x44415441)),
        bad("EncryptedImage", "AES", new Qcow2Bytes().integer(32, 1)),
        bad("EncryptedImage", "LUKS", new Qcow2Bytes().integer(32, 2)),
        bad("EncryptedImage", "by extension", extended(0x0537be77)),
        bad("CorruptImage", "marked", new Qcow2Bytes().number(72, 2)),
        bad("UnsupportedFeature", "unknown bit", new Qcow2Bytes().number(72, 1L << 40)),
        bad("UnsupportedFeature", "unknown packing", new Qcow2Bytes().number(72, 8)),
        bad("UnsupportedVersion", "9", new Qcow2Bytes().integer(4, 9)),
        bad("UnsupportedVersion", "1", new Qcow2Bytes().integer(4, 1)),
        bad("InvalidClusterSize", "31", new Qcow2Bytes().integer(20, 31)),
        bad("InvalidClusterSize", "1", new Qcow2Bytes().integer(20, 1)),
        bad("InvalidClusterSize", "-1", new Qcow2Bytes().integer(20, -1)),
        bad("ImageTooLarge", "8 PiB", new Qcow2Bytes().number(24, 1L << 53)),
        bad("ImageTooLarge", "top bit", new Qcow2Bytes().number(24, Long.MIN_VALUE)),
        bad("EmptyImage", "no bytes", new Qcow2Bytes().number(24, 0)),
        bad("InvalidSize", "half a sector", new Qcow2Bytes().number(24, 1000)),
        bad("InvalidL1Table", "2 Gi entries", new Qcow2Bytes().integer(36, 0x7fffffff)),
        bad("InvalidL1Table", "4 Mi entries", new Qcow2Bytes().integer(36, 4 << 20)),
        bad("InvalidL1Table", "none", new Qcow2Bytes().integer(36, 0)),
        bad("InvalidL1Table", "unaligned", new Qcow2Bytes().number(40, 100_000)),
        bad("InvalidL1Table", "at the header", new Qcow2Bytes().number(40, 0)),
        bad("InvalidL1Table", "negative", new Qcow2Bytes().number(40, -65536L)),
        bad("TruncatedImage", "L1 beyond the end", new Qcow2Bytes().number(40, 1L << 40)),
        bad("InvalidRefcountTable", "too large", new Qcow2Bytes().integer(56, 0x7fffffff)),
        bad("InvalidRefcountTable", "none", new Qcow2Bytes().integer(56, 0)),
        bad("InvalidRefcountTable", "order 7", new Qcow2Bytes().integer(96, 7)),
        bad("TruncatedImage", "refcounts beyond", new Qcow2Bytes().number(48, 1L << 40)),
        bad("SnapshotsNotAllowed", "one", new Qcow2Bytes().integer(60, 1)),
        bad("SnapshotsNotAllowed", "4 Gi", new Qcow2Bytes().integer(60, -1)),
        bad("InvalidHeader", "length 2 Gi", new Qcow2Bytes().integer(100, 0x7fffffff)),
        bad("InvalidHeader", "length negative", new Qcow2Bytes().integer(100, -8)),
        bad("InvalidHeader", "length 72", new Qcow2Bytes().integer(100, 72)),
        bad("InvalidHeader", "endless extension", new Qcow2Bytes().extension(1, -1)),
        Arguments.of("TruncatedImage", "70 bytes", Arrays.copyOf(new Qcow2Bytes().bytes(), 70)),
        Arguments.of("TruncatedImage", "100 bytes", Arrays.copyOf(new Qcow2Bytes().bytes(), 100)));
  }

  private static Qcow2Bytes extended(int type) {
    return new Qcow2Bytes().extension(type, 8);
  }

  private static Arguments bad(String reason, String what, Qcow2Bytes image) {
    return Arguments.of(reason, what, image.bytes());
  }

  private static Qcow2Header header(byte[] image) {
    return new Qcow2Header(
        ByteBuffer.wrap(image), image.length, ByteSize.ofGibibytes(64), "http://example.org/x");
  }
}
