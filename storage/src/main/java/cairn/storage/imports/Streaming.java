package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Runs a transfer on the caller's thread beside the stage that takes what is transferred. */
record Streaming(Transfer transfer, Map<ChecksumAlgorithm, String> checksums) {

  /** What takes the bytes, to their end. */
  @FunctionalInterface
  interface Taker<T> {
    T take(InputStream transferred) throws IOException;
  }

  record Result<T>(T value, ByteSize transferred) {}

  <T> Result<T> into(Taker<T> taker) throws IOException {
    Pipe pipe = new Pipe();
    Stage<T> taking = Stage.start("import-receive", pipe, () -> taker.take(pipe.stream()));
    try {
      ByteSize transferred = transfer.into(pipe, checksums);
      return new Result<>(taking.result(), transferred);
    } catch (IOException | RuntimeException failure) {
      pipe.fail(Pipe.origin(failure));
      taking.settle();
      // A broken pipe only says that a later stage failed; its result says why.
      if (failure instanceof Pipe.Broken) {
        taking.result();
      }
      throw failure;
    }
  }
}
