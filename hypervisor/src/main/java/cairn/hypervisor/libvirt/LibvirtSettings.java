package cairn.hypervisor.libvirt;

import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where our libvirt is. The paths are those of this process's mount namespace, which need not be
 * the daemon's.
 *
 * @param instance short name of this instance of Cairn, {@code [a-z0-9]{1,8}}; part of every
 *     domain's name
 * @param socket libvirtd's socket
 * @param runDirectory libvirtd's run directory, in which it keeps {@code qemu/<domain>.pid}
 * @param logDirectory libvirtd's log directory, in which it keeps {@code qemu/<domain>.log}
 * @param tpmDirectory where libvirt keeps what TPMs remember, in {@code <machine>}
 */
public record LibvirtSettings(
    String instance, Path socket, Path runDirectory, Path logDirectory, Path tpmDirectory) {

  public LibvirtSettings {
    requireNonNull(instance, "instance is null");
    requireNonNull(socket, "socket is null");
    requireNonNull(runDirectory, "runDirectory is null");
    requireNonNull(logDirectory, "logDirectory is null");
    requireNonNull(tpmDirectory, "tpmDirectory is null");
  }

  /** The layout that {@code scripts/libvirt-daemons} makes under a directory. */
  public static LibvirtSettings under(Path directory, String instance) {
    return new LibvirtSettings(
        instance,
        directory.resolve("run/libvirt-sock"),
        directory.resolve("run"),
        directory.resolve("log"),
        directory.resolve("lib/swtpm"));
  }

  String uri() {
    return "qemu+unix:///system?socket=" + escaped(socket.toString());
  }

  private static String escaped(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
