package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.machine.RunPolicy;
import cairn.appliance.machine.RunPolicyDrill;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One machine of a {@link Fleet}, with a real guest that does as it is told. */
final class SectorMachine implements RunPolicyDrill.Subject {

  private final Fleet fleet;
  private final Node node;
  private final Path libvirt;
  private final int which;
  private final String uid;

  /**
   * @param libvirt folder of the libvirt that the node uses
   * @param which number of a machine that was created
   */
  SectorMachine(Fleet fleet, Node node, Path libvirt, int which) {
    this.fleet = fleet;
    this.node = node;
    this.libvirt = libvirt;
    this.which = which;
    this.uid = machine().getMetadata().getUid();
  }

  String uid() {
    return uid;
  }

  String phase() {
    return Fleet.phase(machine());
  }

  @Override
  public void policy(RunPolicy policy) {
    change("\"runPolicy\":\"" + policy.word() + "\"");
  }

  /** Changes fields of the spec and waits until the service has seen them. */
  void change(String spec) {
    fleet.patchMachine(which, spec);
    await(
        "the change to be seen",
        () -> {
          GenericKubernetesResource now = machine();
          Number seen = now.get("status", "observedGeneration");
          return seen != null && seen.longValue() == now.getMetadata().getGeneration();
        });
  }

  @Override
  public long instance() {
    return process().orElse(-1);
  }

  Instant instanceStarted() {
    return ProcessHandle.of(process().orElseThrow())
        .orElseThrow()
        .info()
        .startInstant()
        .orElseThrow();
  }

  @Override
  public void awaitPhase(String phase) {
    await("phase " + phase, () -> phase().equals(phase));
  }

  @Override
  public void awaitOther(long before) {
    // Looked at once: the old instance's file may go between two looks.
    await(
        "another instance than " + before, () -> process().stream().anyMatch(now -> now != before));
  }

  /** Waits until a condition has this status and reason, or is absent. */
  void awaitCondition(String type, String expected) {
    await(type + " to be " + expected, () -> condition(type).equals(expected));
  }

  void awaitMessage(String type, String part) {
    await(
        type + " to say " + part,
        () ->
            find(machine(), type).map(each -> each.get("message") + "").orElse("").contains(part));
  }

  private String condition(String type) {
    return find(machine(), type)
        .map(each -> each.get("status") + " " + each.get("reason"))
        .orElse("absent");
  }

  private static Optional<Map<String, Object>> find(GenericKubernetesResource object, String type) {
    List<Map<String, Object>> conditions =
        Objects.requireNonNullElse(object.get("status", "conditions"), List.of());
    return conditions.stream().filter(each -> type.equals(each.get("type"))).findFirst();
  }

  /** Waits until its serial port has told so many boots, of whichever instances. */
  void awaitBoots(int boots) {
    await(boots + " boots", () -> node.serialLog(uid).split("SECTOR BOOT \\d", -1).length > boots);
  }

  void createDisk() {
    fleet.createDisk(which);
  }

  @Override
  public String operation(String type) {
    return ending(ask(type));
  }

  /** Asks for an operation as soon as none is under way any more; returns its name. */
  String ask(String type) {
    String[] name = {""};
    await(
        "the machine to be free for " + type,
        () -> {
          try {
            name[0] = fleet.operate(which, type, false);
            return true;
          } catch (KubernetesClientException refused) {
            if (refused.getCode() == 0) {
              throw refused;
            }
            return false;
          }
        });
    return name[0];
  }

  /** Asks for one by force, which may take the place of one under way; returns its name. */
  String force(String type) {
    return fleet.operate(which, type, true);
  }

  /** Another operation is under way, which this one may not replace. */
  void refused(String type, String why) {
    KubernetesClientException refusal =
        assertThrows(KubernetesClientException.class, () -> fleet.operate(which, type, false));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }

  /** Phase of an operation and reason of its condition, once it is final. */
  String ending(String operation) {
    await(
        operation + " to end",
        () -> List.of("Completed", "Failed", "Superseded").contains(phaseOf(operation)));
    return phaseOf(operation) + " " + reasonOf(operation);
  }

  String phaseOf(String operation) {
    return Fleet.phase(fleet.operation(operation));
  }

  private String reasonOf(String operation) {
    return find(fleet.operation(operation), "Completed")
        .map(each -> String.valueOf(each.get("reason")))
        .orElse("");
  }

  @Override
  public void guestPowersOff() {
    typeUntilItIsGone('P');
  }

  @Override
  public void guestReboots() {
    typeUntilItIsGone('R');
  }

  @Override
  public void crash() {
    ProcessHandle.of(process().orElseThrow()).orElseThrow().destroyForcibly();
  }

  /** Pauses it, past the service. */
  void suspend() {
    virsh("suspend");
  }

  void resume() {
    virsh("resume");
  }

  private void virsh(String verb) {
    String uri = "qemu+unix:///system?socket=" + libvirt.resolve("run/libvirt-sock");
    try {
      Process virsh = new ProcessBuilder("virsh", "-q", "-c", uri, verb, uid).inheritIO().start();
      assertEquals(0, virsh.waitFor());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Why libvirt says that its last instance ended: shutdown, destroyed, crashed. */
  String endedBy() {
    String mark = "shutting down, reason=";
    return libvirtsWords()
        .lines()
        .filter(line -> line.contains(mark))
        .map(line -> line.substring(line.indexOf(mark) + mark.length()).strip())
        .reduce("", (_, last) -> last);
  }

  private String libvirtsWords() {
    try (Stream<Path> files = Files.list(libvirt.resolve("log/qemu"))) {
      Path log =
          files
              .filter(file -> file.getFileName().toString().endsWith("-" + uid + ".log"))
              .findFirst()
              .orElseThrow();
      return Files.readString(log, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who cannot take the place of its serial port cannot be started. */
  @Override
  public void breakStart() {
    try {
      Files.createDirectories(obstacle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void mendStart() {
    try {
      Files.delete(obstacle());
      Files.delete(port());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types a key that does not end the instance; the guest has booted. */
  void type(char key) {
    try (SocketChannel serial = serial()) {
      serial.write(ByteBuffer.wrap(String.valueOf(key).getBytes(US_ASCII)));
      // Whoever hangs up before the guest has read it takes it back.
      ByteBuffer echo = ByteBuffer.allocate(1);
      while (serial.read(echo.clear()) == 1 && echo.get(0) != key) {
        // Something it said before.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Types until QEMU hangs up: what is typed before the guest listens is lost. One connection is to
   * one instance, so the next one hears nothing of it.
   */
  private void typeUntilItIsGone(char key) {
    try (SocketChannel serial = serial()) {
      serial.configureBlocking(false);
      await("the guest to hear " + key, () -> hungUp(serial, key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hungUp(SocketChannel serial, char key) {
    try {
      serial.write(ByteBuffer.wrap(String.valueOf(key).getBytes(US_ASCII)));
      return serial.read(ByteBuffer.allocate(1024)) < 0;
    } catch (IOException gone) {
      return true;
    }
  }

  private SocketChannel serial() throws IOException {
    SocketChannel serial = SocketChannel.open(StandardProtocolFamily.UNIX);
    serial.connect(UnixDomainSocketAddress.of(port()));
    return serial;
  }

  private Path port() {
    return node.run().resolve("console/" + uid + ".sock");
  }

  private Path obstacle() {
    return port().resolve("in-the-way");
  }

  /** Process of the instance, by the file that libvirt keeps of it. */
  private OptionalLong process() {
    try (Stream<Path> files = Files.list(libvirt.resolve("run/qemu"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-" + uid + ".pid"))
          .flatMapToLong(SectorMachine::number)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that goes while we look is one of an instance that went. */
  private static LongStream number(Path file) {
    try {
      return LongStream.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return LongStream.empty();
    }
  }

  GenericKubernetesResource machine() {
    return Objects.requireNonNull(fleet.machine(which).get());
  }

  private void await(String what, Supplier<Boolean> condition) {
    try {
      Node.await(
          "machine-" + which + ": " + what,
          condition,
          () -> machine() + "\n" + node.serialLog(uid) + "\n" + node.latestLog());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
