package cairn.appliance.image;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** How statuses of images and disks show where to send a file, and ask for it. Pure. */
public final class UploadAddress {

  private static final String FIELD = "imageUploadURLs";

  private UploadAddress() {}

  /** In place. There is one network here: clients inside and outside take the same way. */
  public static void put(ObjectNode status, URI address) {
    ObjectNode urls = status.putObject(FIELD);
    urls.put("external", address.toString());
    urls.put("inCluster", address.toString());
  }

  /** In place: no file is awaited. */
  public static void drop(ObjectNode status) {
    status.remove(FIELD);
  }

  /**
   * What the Ready condition says meanwhile.
   *
   * @param broken why the last attempt came to nothing
   */
  public static String message(Optional<String> broken) {
    return broken.map(why -> why + " ").orElse("")
        + "Waiting for the file: send it by PUT to status.imageUploadURLs, or by cairn image upload.";
  }
}
