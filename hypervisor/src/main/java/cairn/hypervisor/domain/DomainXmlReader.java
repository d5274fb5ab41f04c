package cairn.hypervisor.domain;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads from a domain's XML what a machine needs of this host. */
public final class DomainXmlReader {

  private static final String AGENT_PORT = "org.qemu.guest_agent.0";

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
