package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.ImportProgress;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;

/** The first stage: from whoever sends it into a pipe, counted, limited and checked. */
record Transfer(
    InputStream source,
    OptionalLong length,
    ImportLimits limits,
    ImportProgress progress,
    String shown) {

  private static final int BUFFER = 256 << 10;

  /**
   * Passes everything on and ends the pipe once the checksums are right, so that whoever reads to
   * the end has read what was asked for.
   */
  ByteSize into(Pipe pipe, Map<ChecksumAlgorithm, String> expected) throws IOException {
    Checksums checksums = new Checksums(expected);
    byte[] buffer = new byte[BUFFER];
    long transferred = 0;
    requireWithin(length.orElse(0));
    progress.transferred(0, length);
    for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
      transferred += count;
      requireWithin(transferred);
      checksums.add(buffer, 0, count);
      pipe.write(buffer, 0, count);
      progress.transferred(transferred, length);
    }
    checksums.require(shown);
    pipe.end();
    return new ByteSize(transferred);
  }

  private void requireWithin(long bytes) {
    if (bytes > limits.transferred().bytes()) {
      throw Refused.forGood(
          "TransferTooLarge",
          "The file from "
              + shown
              + " has more than the "
              + limits.transferred().bytes()
              + " bytes that may be transferred.");
    }
  }
}
