package cairn.appliance.node;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a plain VNC client sees: RFB 3.8 without a password, one whole screen, raw.
 *
 * @param lit how many pixels are not black
 */
record Picture(int width, int height, int lit) {

  private static final int RAW = 0;

  /** Greets, asks for the whole screen and reads it; other messages are passed over. */
  static Picture take(InputStream from, OutputStream to) throws IOException {
    DataInputStream in = new DataInputStream(from);
    String version = new String(in.readNBytes(12), java.nio.charset.StandardCharsets.US_ASCII);
    if (!version.equals("RFB 003.008\n")) {
      throw new IOException("not the greeting of RFB 3.8: " + version);
    }
    send(to, "RFB 003.008\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    byte[] kinds = in.readNBytes(in.readUnsignedByte());
    if (kinds.length != 1 || kinds[0] != 1) {
      throw new IOException("expected no password; kinds: " + kinds.length);
    }
    send(to, new byte[] {1});
    if (in.readInt() != 0) {
      throw new IOException("the server lets nobody in");
    }
    send(to, new byte[] {1}); // shared
    int width = in.readUnsignedShort();
    int height = in.readUnsignedShort();
    in.readNBytes(16);
    in.readNBytes(in.readInt());
    // 32 bits a pixel, true colour; raw only; all of the screen.
    send(to, new byte[] {0, 0, 0, 0, 32, 24, 0, 1, 0, -1, 0, -1, 0, -1, 16, 8, 0, 0, 0, 0});
    send(to, new byte[] {2, 0, 0, 1, 0, 0, 0, RAW});
    ByteArrayOutputStream ask = new ByteArrayOutputStream();
    ask.writeBytes(new byte[] {3, 0, 0, 0, 0, 0});
    ask.writeBytes(new byte[] {(byte) (width >> 8), (byte) width});
    ask.writeBytes(new byte[] {(byte) (height >> 8), (byte) height});
    send(to, ask.toByteArray());
    return new Picture(width, height, read(in, width * height));
  }

  private static int read(DataInputStream in, int pixels) throws IOException {
    int seen = 0;
    int lit = 0;
    while (seen < pixels) {
      if (in.readUnsignedByte() != 0) {
        throw new IOException("a message that nobody asked for");
      }
      in.readUnsignedByte();
      int rectangles = in.readUnsignedShort();
      for (int each = 0; each < rectangles; each++) {
        in.readNBytes(4);
        int area = in.readUnsignedShort() * in.readUnsignedShort();
        if (in.readInt() != RAW) {
          throw new IOException("an encoding that nobody asked for");
        }
        byte[] content = in.readNBytes(area * 4);
        for (int at = 0; at < content.length; at += 4) {
          if ((content[at] | content[at + 1] | content[at + 2]) != 0) {
            lit++;
          }
        }
        seen += area;
      }
    }
    return lit;
  }

  private static void send(OutputStream to, byte[] bytes) throws IOException {
    to.write(bytes);
    to.flush();
  }
}
