package cairn.appliance.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Leaves out what only a terminal understands (ECMA-48 control sequences): where the output is a
 * file or a pipe, nobody answers a guest's question where the cursor is.
 */
final class WithoutEscapes extends OutputStream {

  private static final int ESCAPE = 0x1b;

  private enum Place {
    TEXT,
    AFTER_ESCAPE,
    IN_SEQUENCE
  }

  private final OutputStream plain;
  private Place place = Place.TEXT;

  WithoutEscapes(OutputStream plain) {
    this.plain = plain;
  }

  @Override
  public void write(int octet) throws IOException {
    switch (place) {
      case TEXT -> {
        if (octet == ESCAPE) {
          place = Place.AFTER_ESCAPE;
        } else {
          plain.write(octet);
        }
      }
      case AFTER_ESCAPE -> place = octet == '[' ? Place.IN_SEQUENCE : Place.TEXT;
      case IN_SEQUENCE -> {
        if (octet >= '@' && octet <= '~') {
          place = Place.TEXT;
        }
      }
    }
  }

  @Override
  public void flush() throws IOException {
    plain.flush();
  }
}
