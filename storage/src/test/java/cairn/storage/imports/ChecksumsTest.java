package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.StorageFault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests against values that others published for the same text. */
class ChecksumsTest {

  private static final byte[] TEXT =
      "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({
    "MD5, 9e107d9d372bb6826bd81d3542a419d6",
    "SHA1, 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
    "SHA256, d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
    "STREEBOG256, 3e7dea7f2384b6c5a3d0e24aaa29c05e89ddd762145030ec22c71a6db8b2c1f4",
    "STREEBOG512, d2b793a0bb6cb5904828b5b6dcfb443bb8f33efc06ad09368878ae4cdc8245b9"
        + "7e60802469bed1e7c21a64ff0b179a6a1e0bb74d92965450a0adab69162c00fe"
  })
  void theDigestIsTheOneThatOthersCompute(ChecksumAlgorithm algorithm, String published) {
    assertDoesNotThrow(() -> checked(algorithm, published));

    String other = (published.charAt(0) == '0' ? '1' : '0') + published.substring(1);
    StorageFault fault = assertThrows(StorageFault.class, () -> checked(algorithm, other));
    assertEquals("ChecksumMismatch", fault.reason());
  }

  private static void checked(ChecksumAlgorithm algorithm, String expected) {
    Checksums checksums = new Checksums(Map.of(algorithm, expected));
    checksums.add(TEXT, 0, TEXT.length);
    checksums.require("the test");
  }
}
