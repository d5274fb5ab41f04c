package cairn.appliance.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses large answers for clients that ask for it, as Kubernetes does. Streams are left alone:
 * an event must not wait for the next one to fill a block.
 */
final class Compression {

  /** Less is not worth the work. Kubernetes' own number. */
  static final int LARGE = 128 * 1024;

  private static final String VARY = "Vary";

  private Compression() {}

  /**
   * @param acceptEncoding header of the request; empty for none
   */
  static Answer of(Answer answer, String method, String acceptEncoding) {
    return switch (answer) {
      case Answer.Stream stream -> stream;
      case Answer.Whole whole ->
          method.equals("GET") && whole.body().length >= LARGE && takesGzip(acceptEncoding)
              ? compressed(whole)
              : whole;
    };
  }

  private static boolean takesGzip(String acceptEncoding) {
    return MediaType.accepted(acceptEncoding).stream()
        .anyMatch(coding -> coding.name().equals("gzip"));
  }

  private static Answer.Whole compressed(Answer.Whole whole) {
    String vary = whole.headers().getOrDefault(VARY, "");
    return new Answer.Whole(
            whole.code(),
            whole.contentType(),
            gzip(whole.body()),
            whole.headers(),
            whole.warnings())
        .with("Content-Encoding", "gzip")
        .with(VARY, vary.isEmpty() ? "Accept-Encoding" : vary + ", Accept-Encoding");
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 8);
    try (GZIPOutputStream gzip = new Fast(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** JSON shrinks to a tenth even so. */
  private static final class Fast extends GZIPOutputStream {
    Fast(ByteArrayOutputStream out) throws IOException {
      super(out, 16 * 1024);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
