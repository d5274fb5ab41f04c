package cairn.hypervisor.domain;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Indented XML by the JDK's StAX writer, which escapes whatever text it is given. */
final class XmlText {

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter out;
  private int depth;

  XmlText() {
    try {
      out = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Opens an element; attributes come as name, value, name, value. */
  void open(String element, String... attributes) {
    write(() -> {
      indent();
      out.writeStartElement(element);
      attributes(attributes);
    });
    depth++;
  }

  void close() {
    depth--;
    write(() -> {
      indent();
      out.writeEndElement();
    });
  }

  void empty(String element, String... attributes) {
    write(() -> {
      indent();
      out.writeEmptyElement(element);
      attributes(attributes);
    });
  }

  void leaf(String element, String content, String... attributes) {
    write(() -> {
      indent();
      out.writeStartElement(element);
      attributes(attributes);
      out.writeCharacters(content);
      out.writeEndElement();
    });
  }

  String text() {
    write(out::flush);
    return text + "\n";
  }

  private void indent() throws XMLStreamException {
    if (depth > 0 || !text.toString().isEmpty()) {
      out.writeCharacters("\n" + "  ".repeat(depth));
    }
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  private static void write(Step step) {
    try {
      step.run();
    } catch (XMLStreamException impossible) {
      // A StringWriter does not fail.
      throw new IllegalStateException(impossible);
    }
  }

  private interface Step {
    void run() throws XMLStreamException;
  }
}
