package cairn.appliance.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Sends a file of this machine to the node. */
@Command(
    name = "upload",
    sortOptions = false,
    description = {
      "Sends a file and makes an image of it: qcow2, raw, vmdk, vdi, vhdx or iso, as it is or"
          + " compressed with gzip, xz or zstd.",
      "An image of that name which waits for its file gets it; otherwise one is made."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  cairn image upload debian debian-12-generic-amd64.qcow2",
      "  cairn image upload --cluster installer debian-12-netinst.iso",
      "  cairn image upload --disk root --size 20Gi server.vmdk"
    })
final class UploadCommand implements Callable<Integer> {

  @ParentCommand private ImageCommand parent;

  @Mixin private Target target;

  @ArgGroup private @Nullable Kind kind;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "With --disk: its size, as in 20Gi; default: that of the image.")
  private @Nullable String size;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long the node may take before the file is asked for and after it is sent. Default:"
              + " ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the image.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to send.")
  private Path file;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  UploadCommand() {}

  /** What becomes of the file, if not an image of the namespace. */
  static final class Kind {

    @Option(names = "--cluster", description = "Make an image for all namespaces.")
    private boolean cluster;

    @Option(names = "--disk", description = "Make a disk, not an image.")
    private boolean disk;
  }

  @Override
  public Integer call() {
    if (timeoutSeconds < 1) {
      throw new Failure(
          Failure.WRONG_USAGE, "--timeout is " + timeoutSeconds + ", expected at least 1 second");
    }
    boolean disk = kind != null && kind.disk;
    if (size != null && !disk) {
      throw new Failure(Failure.WRONG_USAGE, "--size is for --disk; an image is as large as it is");
    }
    ApiClient client = parent.connect();
    Upload.Wanted wanted =
        kind != null && kind.cluster
            ? Upload.Wanted.clusterImage(name)
            : new Upload.Wanted(
                disk ? "VirtualDisk" : "VirtualImage",
                target.namespace(client.kubeconfig()),
                name,
                size);
    new Upload(client, wanted, timeoutSeconds, spec.commandLine().getOut()).of(file);
    return 0;
  }
}
