package cairn.hypervisor.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Every golden file is what the writer writes, and libvirt's own schema accepts it. Run with {@code
 * CAIRN_GOLDEN=renew} in the environment to write the files anew; then read the difference.
 */
class DomainXmlTest {

  private static final Path GOLDEN = Path.of("src/test/resources/domain");
  private static final Path SCHEMA = Path.of("/usr/share/libvirt/schemas/domain.rng");

  @ParameterizedTest
  @EnumSource(Specs.class)
  void writesTheGoldenFile(Specs machine) throws IOException {
    Path golden = GOLDEN.resolve(machine.goldenFile());
    if ("renew".equals(System.getenv("CAIRN_GOLDEN"))) {
      Files.writeString(golden, machine.xml());
    }

    assertEquals(Files.readString(golden), machine.xml());
  }

  @ParameterizedTest
  @EnumSource(Specs.class)
  void isValidForLibvirt(Specs machine) throws IOException, SAXException {
    assertEquals(List.of(), complaints(machine.xml()));
  }

  @Test
  void theSchemaDoesRefuse() throws IOException, SAXException {
    String wrong = Specs.GENERIC.xml().replace("bus=\"scsi\"", "bus=\"sccsi\"");

    assertFalse(complaints(wrong).isEmpty());
  }

  private static List<String> complaints(String xml) throws IOException, SAXException {
    assumeTrue(
        Files.exists(SCHEMA),
        SCHEMA + " is missing: install libvirt's schemas (Debian: libvirt0, libvirt-common)");
    List<String> complaints = new ArrayList<>();
    PropertyMapBuilder properties = new PropertyMapBuilder();
    properties.put(ValidateProperty.ERROR_HANDLER, new Collecting(complaints));
    ValidationDriver driver = new ValidationDriver(properties.toPropertyMap());
    assertTrue(
        driver.loadSchema(ValidationDriver.uriOrFileInputSource(SCHEMA.toString())),
        complaints::toString);
    boolean valid = driver.validate(new InputSource(new StringReader(xml)));
    assertEquals(complaints.isEmpty(), valid);
    return complaints;
  }

  private record Collecting(List<String> complaints) implements ErrorHandler {

    @Override
    public void warning(SAXParseException warning) {}

    @Override
    public void error(SAXParseException error) {
      complaints.add(error.getLineNumber() + ": " + error.getMessage());
    }

    @Override
    public void fatalError(SAXParseException error) {
      error(error);
    }
  }
}
