package cairn.hypervisor.domain;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads from a domain's XML what a machine needs of this host. */
public final class DomainXmlReader {

  private static final String AGENT_PORT = "org.qemu.guest_agent.0";

  /** What virtio-scsi has; a machine has far fewer devices. */
  private static final int SCSI_TARGETS = 256;

  private DomainXmlReader() {}

  /**
   * What a domain was defined with.
   *
   * @param files every file of every disk, with the layers below
   * @param variables file of its firmware's variables
   * @param serialSocket where its first serial port listens
   * @param serialLog where that port is logged
   * @param screen where the screen is served by RFB
   */
  public record Needs(
      List<Path> files,
      List<String> taps,
      long memoryKib,
      Optional<Path> variables,
      Optional<Path> serialSocket,
      Optional<Path> serialLog,
      Optional<Path> screen) {

    /** Of a domain that nothing is known of. */
    public static final Needs NONE =
        new Needs(
            List.of(),
            List.of(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Needs {
      files = List.copyOf(files);
      taps = List.copyOf(taps);
    }
  }

  public static Needs needs(String xml) {
    List<Path> files = new ArrayList<>();
    List<String> taps = new ArrayList<>();
    long memoryKib = 0;
    @Nullable Path variables = null;
    @Nullable Path socket = null;
    @Nullable Path log = null;
    @Nullable Path screen = null;
    Deque<String> path = new ArrayDeque<>();
    try {
      XMLStreamReader in = factory().createXMLStreamReader(new StringReader(xml));
      while (in.hasNext()) {
        switch (in.next()) {
          case XMLStreamReader.START_ELEMENT -> {
            String parent = path.isEmpty() ? "" : path.peek();
            path.push(in.getLocalName());
            switch (parent + "/" + in.getLocalName()) {
              case "disk/source", "backingStore/source" ->
                  attribute(in, "file").map(Path::of).ifPresent(files::add);
              case "interface/target" -> attribute(in, "dev").ifPresent(taps::add);
              case "serial/source" ->
                  socket =
                      socket == null ? attribute(in, "path").map(Path::of).orElse(null) : socket;
              case "serial/log" ->
                  log = log == null ? attribute(in, "file").map(Path::of).orElse(null) : log;
              case "graphics/listen" ->
                  screen =
                      screen == null ? attribute(in, "socket").map(Path::of).orElse(null) : screen;
              case "os/nvram" -> {
                variables = Path.of(in.getElementText());
                path.pop();
              }
              case "domain/memory" -> {
                memoryKib = Long.parseLong(in.getElementText());
                path.pop();
              }
              default -> {}
            }
          }
          case XMLStreamReader.END_ELEMENT -> path.pop();
          default -> {}
        }
      }
    } catch (XMLStreamException broken) {
      throw new IllegalArgumentException("not a domain: " + broken.getMessage(), broken);
    }
    return new Needs(
        files,
        taps,
        memoryKib,
        Optional.ofNullable(variables),
        Optional.ofNullable(socket),
        Optional.ofNullable(log),
        Optional.ofNullable(screen));
  }

  /**
   * A place for one more device on the SCSI bus.
   *
   * @param index of its name and its target
   */
  public record ScsiPlace(int index) {}

  /** Names of the devices of a domain, without the prefix of their aliases. */
  public static Set<String> devices(String xml) {
    return disks(xml).stream()
        .map(disk -> disk.alias)
        .filter(alias -> alias.startsWith(DiskElement.ALIAS_PREFIX))
        .map(alias -> alias.substring(DiskElement.ALIAS_PREFIX.length()))
        .collect(Collectors.toSet());
  }

  /** The first place on the SCSI bus that is free; empty if the domain has no such bus. */
  public static Optional<ScsiPlace> freeScsiPlace(String xml) {
    if (!hasScsiController(xml)) {
      return Optional.empty();
    }
    List<Disk> disks = disks(xml);
    return IntStream.range(0, SCSI_TARGETS)
        .filter(index ->
            disks.stream()
                .noneMatch(disk ->
                    disk.target.equals(DiskElement.Bus.SCSI.target(index))
                        || disk.scsiTarget.equals(Integer.toString(index))))
        .mapToObj(ScsiPlace::new)
        .findFirst();
  }

  /** What tells one {@code <disk>} from the others; empty where it says nothing. */
  private static final class Disk {
    String alias = "";
    String target = "";
    String bus = "";
    String scsiTarget = "";
  }

  private static List<Disk> disks(String xml) {
    List<Disk> disks = new ArrayList<>();
    elements(
        xml,
        (parent, in) -> {
          switch (parent + "/" + in.getLocalName()) {
            case "devices/disk" -> disks.add(new Disk());
            case "disk/alias" ->
                attribute(in, "name").ifPresent(name -> disks.getLast().alias = name);
            case "disk/target" -> {
              attribute(in, "dev").ifPresent(name -> disks.getLast().target = name);
              attribute(in, "bus").ifPresent(bus -> disks.getLast().bus = bus);
            }
            case "disk/address" -> {
              if (disks.getLast().bus.equals(DiskElement.Bus.SCSI.word())) {
                attribute(in, "target").ifPresent(target -> disks.getLast().scsiTarget = target);
              }
            }
            default -> {}
          }
        });
    return disks;
  }

  private static boolean hasScsiController(String xml) {
    boolean[] found = {false};
    elements(
        xml,
        (parent, in) ->
            found[0] |=
                parent.equals("devices")
                    && in.getLocalName().equals("controller")
                    && attribute(in, "type").equals(Optional.of("scsi")));
    return found[0];
  }

  /** Tells of each element that begins, with the name of the one around it. */
  private static void elements(String xml, BiConsumer<String, XMLStreamReader> begun) {
    Deque<String> path = new ArrayDeque<>();
    try {
      XMLStreamReader in = factory().createXMLStreamReader(new StringReader(xml));
      while (in.hasNext()) {
        switch (in.next()) {
          case XMLStreamReader.START_ELEMENT -> {
            begun.accept(path.isEmpty() ? "" : path.peek(), in);
            path.push(in.getLocalName());
          }
          case XMLStreamReader.END_ELEMENT -> path.pop();
          default -> {}
        }
      }
    } catch (XMLStreamException broken) {
      throw new IllegalArgumentException("not a domain: " + broken.getMessage(), broken);
    }
  }

  /** Whether the agent in the running guest has its port open; libvirt writes that as a state. */
  public static boolean agentConnected(String xml) {
    try {
      XMLStreamReader in = factory().createXMLStreamReader(new StringReader(xml));
      while (in.hasNext()) {
        if (in.next() == XMLStreamReader.START_ELEMENT
            && in.getLocalName().equals("target")
            && attribute(in, "name").equals(Optional.of(AGENT_PORT))) {
          return attribute(in, "state").equals(Optional.of("connected"));
        }
      }
      return false;
    } catch (XMLStreamException broken) {
      throw new IllegalArgumentException("not a domain: " + broken.getMessage(), broken);
    }
  }

  private static Optional<String> attribute(XMLStreamReader in, String name) {
    return Optional.ofNullable(in.getAttributeValue(null, name));
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }
}
