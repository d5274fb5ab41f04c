package cairn.storage.directory;

import cairn.storage.CachedImage;
import cairn.storage.ImageSource;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process to be killed: brings one image in again and again and removes it each time. */
final class ImportLoop {

  private ImportLoop() {}

  static DirectoryImageCache cache(Path folder) {
    return DirectoryImageCache.open(
        folder,
        FileAccess.ours(),
        new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost()),
        Duration.ZERO);
  }

  // The arguments are the cache's folder and the image's address.
  public static void main(String[] arguments) throws IOException {
    DirectoryImageCache cache = cache(Path.of(arguments[0]));
    ImageSource.Http source =
        new ImageSource.Http(URI.create(arguments[1]), Optional.empty(), Map.of());
    while (true) {
      CachedImage image = cache.bringIn(source, (_, _) -> {});
      System.out.println(image.content());
      // Somebody uses it for a while, so that kills also hit a finished image.
      for (int use = 0; use < 10; use++) {
        if (Files.readAllBytes(image.file()).length == 0) {
          throw new IllegalStateException("an empty image");
        }
      }
      cache.removeAllBut(List.of());
    }
  }
}
