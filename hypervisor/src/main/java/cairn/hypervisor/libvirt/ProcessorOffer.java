package cairn.hypervisor.libvirt;

import static java.util.Objects.requireNonNull;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What libvirt's domain capabilities say of processors.
 *
 * @param model that describes the host's processor best
 * @param beside features beside those of the model, with libvirt's policy: {@code require} or
 *     {@code disable}
 * @param usableModels that guests can have
 */
record ProcessorOffer(
    String model, String vendor, Map<String, String> beside, Set<String> usableModels) {

  ProcessorOffer {
    requireNonNull(model, "model is null");
    requireNonNull(vendor, "vendor is null");
    beside = Map.copyOf(beside);
    usableModels = Set.copyOf(usableModels);
  }

  /** Reads domain capabilities. */
  static ProcessorOffer read(String xml) {
    Reader reader = new Reader();
    reader.read(xml);
    return new ProcessorOffer(
        reader.model, reader.vendor, reader.beside("host-model"), reader.usableModels);
  }

  /** The features of a {@code cpu} element that are not switched off. */
  static Set<String> features(String xml) {
    Reader reader = new Reader();
    reader.read(xml);
    return on(reader.beside(""));
  }

  Set<String> features() {
    return on(beside);
  }

  private static Set<String> on(Map<String, String> features) {
    Set<String> on = new LinkedHashSet<>();
    features.forEach((name, policy) -> {
      if (!policy.equals("disable") && !policy.equals("forbid")) {
        on.add(name);
      }
    });
    return on;
  }

  /** The host's processor as a {@code cpu} element; every word of it came from libvirt. */
  String xml() {
    StringBuilder xml = new StringBuilder("<cpu><model fallback='forbid'>");
    xml.append(model).append("</model>");
    if (!vendor.isEmpty()) {
      xml.append("<vendor>").append(vendor).append("</vendor>");
    }
    beside.forEach((name, policy) ->
        xml.append("<feature policy='")
            .append(policy)
            .append("' name='")
            .append(name)
            .append("'/>"));
    return xml.append("</cpu>").toString();
  }

  /** Walks through the XML once; {@code mode} is empty outside of domain capabilities. */
  private static final class Reader {
    private String mode = "";
    private String model = "";
    private String vendor = "";
    private final Map<String, Map<String, String>> beside = new LinkedHashMap<>();
    private final Set<String> usableModels = new LinkedHashSet<>();

    Map<String, String> beside(String mode) {
      return beside.getOrDefault(mode, Map.of());
    }

    void read(String xml) {
      try {
        XMLStreamReader in =
            XMLInputFactory.newFactory().createXMLStreamReader(new StringReader(xml));
        while (in.hasNext()) {
          if (in.next() == XMLStreamReader.START_ELEMENT) {
            element(in);
          }
        }
      } catch (XMLStreamException broken) {
        throw new IllegalStateException("libvirt's capabilities are not XML", broken);
      }
    }

    private void element(XMLStreamReader in) throws XMLStreamException {
      switch (in.getLocalName()) {
        case "mode" -> mode = String.valueOf(in.getAttributeValue(null, "name"));
        case "model" -> model(in);
        case "vendor" -> {
          if (mode.equals("host-model")) {
            vendor = in.getElementText();
          }
        }
        case "feature" -> {
          String policy = in.getAttributeValue(null, "policy");
          beside
              .computeIfAbsent(mode, _ -> new LinkedHashMap<>())
              .put(
                  String.valueOf(in.getAttributeValue(null, "name")),
                  policy == null ? "require" : policy);
        }
        default -> {}
      }
    }

    private void model(XMLStreamReader in) throws XMLStreamException {
      boolean usable = "yes".equals(in.getAttributeValue(null, "usable"));
      if (mode.equals("host-model")) {
        model = in.getElementText();
      } else if (mode.equals("custom") && usable) {
        usableModels.add(in.getElementText());
      }
    }
  }
}
