package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class ProtobufBodyTest {

  @Test
  void aSecretIsReadWithMetadataAndMaps() {
    byte[] metadata =
        join(text(1, "s"), text(2, ""), text(3, "ns"), bytes(8, new byte[0]), entry(11, "k", "v"));
    byte[] secret = join(bytes(1, metadata), entry(2, "password", "hunter2"), text(3, "Opaque"));

    assertEquals(
        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\","
            + "\"metadata\":{\"name\":\"s\",\"namespace\":\"ns\",\"labels\":{\"k\":\"v\"}},"
            + "\"data\":{\"password\":\"aHVudGVyMg==\"},\"type\":\"Opaque\"}",
        ProtobufBody.read(envelope("v1", "Secret", secret)).toString());
  }

  @Test
  void optionsOfADeletionAreRead() {
    byte[] options = join(new byte[] {1 << 3, 0}, text(4, "Background"), text(5, "All"));

    assertEquals(
        "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"gracePeriodSeconds\":0,"
            + "\"propagationPolicy\":\"Background\",\"dryRun\":[\"All\"]}",
        ProtobufBody.read(envelope("v1", "DeleteOptions", options)).toString());
  }

  @Test
  void aLeaseIsReadWithItsTimesToTheMicrosecond() {
    byte[] time = join(number(1, 1_700_000_000), number(2, 123_456_789));
    byte[] spec = join(text(1, "me"), number(2, 15), bytes(4, time), number(5, 3));

    assertEquals(
        "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\","
            + "\"metadata\":{\"name\":\"l\"},\"spec\":{\"holderIdentity\":\"me\","
            + "\"leaseDurationSeconds\":15,\"renewTime\":\"2023-11-14T22:13:20.123456Z\","
            + "\"leaseTransitions\":3}}",
        ProtobufBody.read(
                envelope(
                    "coordination.k8s.io/v1",
                    "Lease",
                    join(bytes(1, text(1, "l")), bytes(2, spec))))
            .toString());
  }

  @Test
  void anEventIsReadInTheWordsOfItsGroup() {
    byte[] time = number(1, 1_700_000_000);
    byte[] series = join(number(1, 2), bytes(2, time));
    byte[] event =
        join(
            bytes(1, text(1, "e")),
            bytes(2, time),
            bytes(3, series),
            text(4, "c"),
            bytes(8, join(text(1, "VirtualDisk"), text(3, "d"))),
            text(10, "n"),
            text(11, "Normal"));

    assertEquals(
        "{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\","
            + "\"metadata\":{\"name\":\"e\"},\"eventTime\":\"2023-11-14T22:13:20.000000Z\","
            + "\"series\":{\"count\":2,\"lastObservedTime\":\"2023-11-14T22:13:20.000000Z\"},"
            + "\"reportingController\":\"c\","
            + "\"regarding\":{\"kind\":\"VirtualDisk\",\"name\":\"d\"},"
            + "\"note\":\"n\",\"type\":\"Normal\"}",
        ProtobufBody.read(envelope("events.k8s.io/v1", "Event", event)).toString());
  }

  @Test
  void aTimeThatNobodyCanWriteIsRefused() {
    byte[] metadata = join(text(1, "n"), bytes(8, number(1, Long.MAX_VALUE)));

    Refusal refusal =
        assertThrows(
            Refusal.class,
            () -> ProtobufBody.read(envelope("v1", "Namespace", bytes(1, metadata))));

    assertEquals(Reason.BAD_REQUEST, refusal.reason());
  }

  @Test
  void kindsNobodyDescribedAreUnsupported() {
    Refusal refusal =
        assertThrows(Refusal.class, () -> ProtobufBody.read(envelope("v1", "Pod", new byte[0])));

    assertEquals(Reason.UNSUPPORTED_MEDIA_TYPE, refusal.reason());
  }

  @Test
  void everyTornMessageIsRefusedAndNoneBreaksTheReader() {
    byte[] whole =
        envelope("v1", "Namespace", bytes(1, join(text(1, "n"), entry(11, "key", "value"))));
    for (int length = 0; length < whole.length; length++) {
      byte[] torn = java.util.Arrays.copyOf(whole, length);
      try {
        ProtobufBody.read(torn);
      } catch (Refusal expected) {
        // Some prefixes are whole messages by chance; all others are refused.
      }
    }
    byte[] huge = whole.clone();
    huge[5] = (byte) 0xff;
    assertThrows(Refusal.class, () -> ProtobufBody.read(huge));
  }

  private static byte[] envelope(String apiVersion, String kind, byte[] message) {
    return join(
        new byte[] {'k', '8', 's', 0},
        bytes(1, join(text(1, apiVersion), text(2, kind))),
        bytes(2, message));
  }

  private static byte[] number(int number, long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3);
    for (long rest = value; ; rest >>>= 7) {
      boolean last = rest >>> 7 == 0;
      out.write((int) (rest & 0x7f) | (last ? 0 : 0x80));
      if (last) {
        return out.toByteArray();
      }
    }
  }

  private static byte[] entry(int number, String key, String value) {
    return bytes(number, join(text(1, key), text(2, value)));
  }

  private static byte[] text(int number, String text) {
    return bytes(number, text.getBytes(UTF_8));
  }

  private static byte[] bytes(int number, byte[] content) {
    return join(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
