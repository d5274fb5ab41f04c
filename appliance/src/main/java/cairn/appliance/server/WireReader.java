package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.Arrays;

/** Reads protocol buffers' wire format, field by field. */
final class WireReader {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final byte[] bytes;
  private int position;

  WireReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean atEnd() {
    return position >= bytes.length;
  }

  /** Field number and wire type of the next field, as they stand: {@code number << 3 | type}. */
  int tag() {
    return (int) varint();
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (atEnd()) {
        throw broken();
      }
      byte b = bytes[position++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw broken();
  }

  byte[] slice() {
    long length = varint();
    if (length < 0 || length > bytes.length - position) {
      throw broken();
    }
    byte[] slice = Arrays.copyOfRange(bytes, position, position + (int) length);
    position += (int) length;
    return slice;
  }

  void skip(int type) {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> advance(8);
      case LENGTH -> slice();
      case FIXED32 -> advance(4);
      default -> throw broken();
    }
  }

  private void advance(int count) {
    if (count > bytes.length - position) {
      throw broken();
    }
    position += count;
  }

  private static Refusal broken() {
    return new Refusal(Reason.BAD_REQUEST, "the body is not a valid protobuf message");
  }
}
