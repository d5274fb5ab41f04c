package cairn.hypervisor.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code virTypedParameter}s out of libvirt's memory: a name of 80 bytes, a type, and at 88 a
 * value of 8 bytes. Nothing is freed here.
 */
final class TypedParameters {

  private static final int SIZE = 96;
  private static final int TYPE = 80;
  private static final int VALUE = 88;

  private TypedParameters() {}

  /**
   * Of a {@code virDomainStatsRecord}: domain, parameters, their number.
   *
   * @return numbers as {@code Number}, texts as {@code String}, by name
   */
  static Map<String, Object> of(Pointer record) {
    @Nullable Pointer parameters = record.getPointer(Native.POINTER_SIZE);
    int count = record.getInt(2L * Native.POINTER_SIZE);
    Map<String, Object> all = new HashMap<>();
    for (int at = 0; parameters != null && at < count; at++) {
      Pointer one = parameters.share((long) at * SIZE);
      all.put(one.getString(0, "UTF-8"), value(one));
    }
    return all;
  }

  private static Object value(Pointer parameter) {
    return switch (parameter.getInt(TYPE)) {
      case 1 -> parameter.getInt(VALUE);
      case 2 -> Integer.toUnsignedLong(parameter.getInt(VALUE));
      // Unsigned ones beyond 2^63 do not occur: these are bytes, nanoseconds and counts.
      case 3, 4 -> parameter.getLong(VALUE);
      case 5 -> parameter.getDouble(VALUE);
      case 6 -> parameter.getByte(VALUE) != 0;
      case 7 -> {
        @Nullable Pointer text = parameter.getPointer(VALUE);
        yield text == null ? "" : text.getString(0, "UTF-8");
      }
      default -> "";
    };
  }
}
