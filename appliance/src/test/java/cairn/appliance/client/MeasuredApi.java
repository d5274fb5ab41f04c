package cairn.appliance.client;

import cairn.appliance.RestingHeap;
import cairn.appliance.store.H2ResourceStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@link RunningApi} on a store on disk, as a process of its own. Argument: folder, which gets
 * {@code pki}, {@code store} and {@code admin.kubeconfig}. Prints its port and ends with its input.
 */
final class MeasuredApi {

  private MeasuredApi() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (RunningApi api = new RunningApi(folder, H2ResourceStore.open(folder.resolve("store")));
        RestingHeap _ = RestingHeap.begin()) {
      Files.writeString(folder.resolve("admin.kubeconfig"), api.kubeconfig(folder));
      System.out.println(api.port());
      while (System.in.read() >= 0) {
        // Whoever started it says when to end.
      }
    }
    System.exit(0);
  }
}
