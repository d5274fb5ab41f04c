package cairn.appliance.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes are in KiB; 0 stands for "none". */
class DiskPlanTest {

  @ParameterizedTest(name = "wanted {0}, image {1}, made before {2}, there {3}: {4}")
  @CsvSource(
      delimiter = '|',
      value = {
        // Nothing is there yet.
        "1024 | 0    | false | 0    | MakeBlank 1024",
        "1025 | 0    | false | 0    | MakeBlank 2048",
        "0    | 0    | false | 0    | Refuse",
        "4096 | 1024 | false | 0    | Clone 4096",
        "0    | 1024 | false | 0    | Clone 1024",
        "0    | 1025 | false | 0    | Clone 2048",
        "1024 | 1024 | false | 0    | Clone 1024",
        "1023 | 1024 | false | 0    | Refuse",
        // It is there: its image matters no more.
        "4096 | 1024 | false | 4096 | Keep",
        "4096 | 1024 | true  | 4096 | Keep",
        "0    | 1024 | true  | 4096 | Keep",
        "8192 | 1024 | true  | 4096 | Grow 8192",
        "4097 | 0    | true  | 4096 | Grow 5120",
        "1024 | 0    | true  | 4096 | Keep",
        // A disk that held data is never made anew.
        "1024 | 0    | true  | 0    | Lost",
        "4096 | 1024 | true  | 0    | Lost",
      })
  void decided(long wanted, long image, boolean madeBefore, long there, String plan) {
    assertEquals(plan, text(decide(wanted, image, madeBefore, there)));
  }

  @Test
  void aRefusalSaysWhatToDo() {
    String message =
        assertInstanceOf(DiskPlan.Refuse.class, decide(1024, 2048, false, 0)).message();

    assertTrue(
        message.contains("1Mi")
            && message.contains("2Mi")
            && message.contains("persistentVolumeClaim.size"),
        message);
  }

  private static DiskPlan decide(long wanted, long image, boolean madeBefore, long there) {
    return DiskPlan.decide(
        new DiskPlan.Situation(
            wanted == 0 ? OptionalLong.empty() : OptionalLong.of(wanted << 10),
            image == 0 ? Optional.empty() : Optional.of(image(image << 10)),
            madeBefore,
            there == 0
                ? Optional.empty()
                : Optional.of(
                    new DiskLocation.Raw(
                        new DiskId(new UUID(1, 2)), Path.of("disk"), new ByteSize(there << 10)))));
  }

  private static CachedImage image(long bytes) {
    return new CachedImage(
        new ContentId("0".repeat(64)),
        Path.of("image"),
        new ByteSize(bytes),
        new ByteSize(bytes),
        CachedImage.Format.RAW);
  }

  private static String text(DiskPlan plan) {
    return switch (plan) {
      case DiskPlan.Keep _ -> "Keep";
      case DiskPlan.MakeBlank blank -> "MakeBlank " + (blank.size().bytes() >> 10);
      case DiskPlan.Clone clone -> "Clone " + (clone.size().bytes() >> 10);
      case DiskPlan.Grow grow -> "Grow " + (grow.size().bytes() >> 10);
      case DiskPlan.Refuse _ -> "Refuse";
      case DiskPlan.Lost _ -> "Lost";
    };
  }
}
